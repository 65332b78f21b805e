/** The player over what an exported file holds: a title, the recording, its pages, marks and notes. */
import React from "react";
import type { JsonObject } from "../replay/recorded";
import type { Scheme } from "../use_scheme";
import { EventList } from "./EventList";
import { PlayerView } from "./PlayerView";

interface ExportedPlayerProps {
  exported: JsonObject;
  colorScheme?: Scheme | undefined;
}

export function ExportedPlayer({ exported, colorScheme }: ExportedPlayerProps): React.ReactElement {
  const [startMs, setStartMs] = React.useState(0);
  const [positionMs, setPositionMs] = React.useState(0);
  const text = (name: string): string => (typeof exported[name] === "string" ? exported[name] : "");
  return (
    <div className="hw-exported">
      <h2>{text("title")}</h2>
      <p>{text("about")}</p>
      <div className="hw-exported-room">
        <PlayerView
          source={{ given: exported["recording"] ?? null }}
          chapters={exported["chapters"]}
          marks={exported["marks"]}
          notes={exported["notes"]}
          startMs={startMs}
          colorScheme={colorScheme}
          onTell={(outputs) => typeof outputs["positionMs"] === "number" && setPositionMs(outputs["positionMs"])}
        />
        <EventList chapters={exported["chapters"]} marks={exported["marks"]} notes={exported["notes"]} positionMs={positionMs} onSeek={(ms) => setStartMs(ms === startMs ? ms + 1 : ms)} />
      </div>
    </div>
  );
}
