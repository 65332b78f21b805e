/** What the recorder, a script of its own, is given by the tracker, so that nothing is there twice. */
import type { Config } from "./config";
import type { PageView } from "./page_views";
import type { Listeners } from "./guarded";
import type { Body } from "./transport";

export interface RecordingHost {
  listeners: Listeners;
  view(): PageView;
  takes(): boolean;
  send(view: PageView, body: Body): void;
  /** Bytes that the browser would still send after the page has gone. */
  room(): number;
  /** Query arguments that are part of the site's addresses. */
  kept: string;
  privacy: Config["privacy"];
  withoutTyped(text: string): string;
}

export interface Recording {
  /** Another page view begins; `atOnce`: the page is ready to be looked at. */
  turn(atOnce: boolean): void;
  /** The page may go: hand over what there is. */
  flush(): void;
  stop(): void;
}

export type StartRecording = (host: RecordingHost) => Recording;
