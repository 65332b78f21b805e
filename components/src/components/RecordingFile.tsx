import React, { useState, type DragEvent } from "react";
import { ExportedPlayer } from "../player/ExportedPlayer";
import { Notice } from "../player/Notice";
import { NoRecordingFile, readRecordingFile } from "../player/recording_file";
import type { JsonObject } from "../replay/recorded";
import { useScheme } from "../use_scheme";

interface Props {
  /** The component's id. */
  id?: string;
  /** Colours; without it those of the document (`data-mantine-color-scheme`). */
  colorScheme?: "light" | "dark";
  /** Output: what is going on. */
  state?: "waiting" | "playing" | "error";
  /** Called by Dash when an output changes. */
  setProps?: (props: Record<string, unknown>) => void;
}

const LARGEST = 512 * 1024 * 1024; // bytes; longer strings some browsers don't make

/** Plays a recording from a file that was exported; the file stays in this browser. */
const RecordingFile = (props: Props): React.ReactElement => {
  const { id, setProps } = props;
  const colorScheme = useScheme(props.colorScheme);
  const [exported, setExported] = useState<JsonObject | null>(null);
  const [fault, setFault] = useState("");
  const read = async (file: File | null | undefined): Promise<void> => {
    if (!file) return;
    try {
      if (file.size > LARGEST) throw new NoRecordingFile("The file is too large to be played here.");
      setExported(readRecordingFile(await file.text()));
      setFault("");
      setProps?.({ state: "playing" });
    } catch (error) {
      setFault(error instanceof NoRecordingFile ? error.message : "The file could not be read.");
      setProps?.({ state: "error" });
    }
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  return (
    <div id={id} className="hw-file" data-hw-scheme={colorScheme} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <label className="hw-file-choice">
        <span>{exported ? "Play another file" : "Choose an exported recording, or drop it here"}</span>
        <input type="file" accept=".html,text/html" onChange={(event) => void read(event.target.files?.[0])} />
      </label>
      {fault && (
        <div className="hw-file-fault">
          <Notice kind="error" title="This file can't be played" text={fault} />
        </div>
      )}
      {exported && !fault && <ExportedPlayer key={String(exported["id"])} exported={exported} colorScheme={colorScheme} />}
    </div>
  );
};

export default RecordingFile;
