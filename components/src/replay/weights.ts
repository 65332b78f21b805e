/** How much of a recorded event is the visitor's own doing. */
import { EVENT, SOURCE, type RecordedEvent } from "./recorded";

const WEIGHTS = new Map<number, number>([
  [SOURCE.MouseMove, 1],
  [SOURCE.TouchMove, 1],
  [SOURCE.Drag, 1],
  [SOURCE.Scroll, 1.5],
  [SOURCE.Input, 3],
  [SOURCE.Selection, 1],
  [SOURCE.MouseInteraction, 3],
]);

/** How much the visitor's own doing weighs at this event; 0 for what the page did by itself. */
export function weight(event: RecordedEvent): number {
  if (event.again) return 0;
  if (event.type === EVENT.Meta) return 1;
  return event.type === EVENT.Incremental ? (WEIGHTS.get(Number(event.data["source"])) ?? 0) : 0;
}
