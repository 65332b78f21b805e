import React from "react";
import { PlayerView } from "../player/PlayerView";

interface Props {
  /** The component's id. */
  id?: string;
  /** Where the recording is read from: GET answers {"events": [rrweb events]}, or a page of its pieces (docs/components.md). */
  eventsUrl?: string;
  /** Where the player begins, ms since the start of the recording; a new value moves it there. */
  startMs?: number;
  /** How many times faster than it happened: 0.5, 1, 2, 4, 8 or 16. */
  speed?: number;
  /** Whether stretches of more than 5 seconds in which the visitor did nothing are left out. */
  skipInactive?: boolean;
  /** Whether it plays as soon as it is loaded. */
  autoPlay?: boolean;
  /** The page views of the session, at_ms since the start of the recording; without them the recording's own. */
  chapters?: { at_ms: number; label: string; href?: string }[];
  /** What is marked on the timeline, at_ms since the start of the recording; kind is click, rage, dead, error, script, thrash, event or any other. */
  marks?: { at_ms: number; kind: string; label?: string }[];
  /** Notes on moments, at_ms since the start of the recording; marked on the timeline. */
  notes?: { at_ms: number; text: string; tag?: string }[];
  /** Colours of the player around the page; without it those of the document (`data-mantine-color-scheme`). */
  colorScheme?: "light" | "dark";
  /** Height of the whole player in px; without it the height follows from the width. */
  height?: number;
  /** Address below which stored page assets (pictures, fonts) are served; nothing else is ever loaded into the page. */
  assetsUrl?: string;
  /** Output: where the player is, ms since the start of the recording; at most twice a second. */
  positionMs?: number;
  /** Output: length of the recording in ms. */
  durationMs?: number;
  /** Output: what the player is doing. */
  state?: "loading" | "ready" | "playing" | "paused" | "ended" | "empty" | "error";
  /** Output: what went wrong, in words for the viewer; empty when nothing did. */
  errorText?: string;
  /** Called by Dash when an output changes. */
  setProps?: (props: Record<string, unknown>) => void;
}

/** Plays a recorded session in a closed-off frame, with a timeline of what the visitor did. */
const Player = (props: Props): React.ReactElement => {
  const { eventsUrl, setProps, ...view } = props;
  return <PlayerView {...view} source={{ url: eventsUrl }} onTell={setProps} />;
};

export default Player;
