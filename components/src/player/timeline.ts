/** What a recording's timeline shows: where the visitor was busy, and where nothing happened. Pure; all times in ms. */
import type { RecordedEvent } from "../replay/recorded";
import { weight } from "../replay/weights";

export interface Stretch {
  from: number;
  to: number;
}

/** How long nothing must happen to count as inactive, and how much of it is shown before the visitor acts again. */
export const INACTIVE_MS = 5_000;
export const LEAD_MS = 800;

/** Activity in `bins` equal parts of the recording, 0 to 1 (the busiest part); square roots, so that little shows too. */
export function activity(events: RecordedEvent[], startedAt: number, durationMs: number, bins: number): number[] {
  const sums = new Array<number>(bins).fill(0);
  for (const event of events) {
    const part = durationMs > 0 ? (event.timestamp - startedAt) / durationMs : 0;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(part * bins)));
    sums[bin] = (sums[bin] ?? 0) + weight(event);
  }
  const busiest = Math.max(...sums);
  return busiest > 0 ? sums.map((sum) => Math.sqrt(sum / busiest)) : sums;
}

/** The stretches in which the visitor did nothing, as they are skipped: ending a little before the next doing. */
export function inactiveStretches(events: RecordedEvent[], startedAt: number, durationMs: number): Stretch[] {
  const stretches: Stretch[] = [];
  let last = 0;
  const look = (now: number): void => {
    if (now - last > INACTIVE_MS) stretches.push({ from: last + LEAD_MS, to: now - LEAD_MS });
    last = Math.max(last, now);
  };
  for (const event of events) if (weight(event) > 0) look(event.timestamp - startedAt);
  look(durationMs);
  return stretches;
}

/** The stretch that holds `at`, its end excluded. `stretches` in time order. */
export function stretchAt(stretches: Stretch[], at: number): Stretch | undefined {
  return stretches.find((stretch) => at >= stretch.from && at < stretch.to);
}

/** The last of `items` (in time order) that is not later than `at`; the first when all are. */
export function latestAt<Item>(items: Item[], at: number, timeOf: (item: Item) => number): Item | undefined {
  let found = items[0];
  for (const item of items) {
    if (timeOf(item) > at) break;
    found = item;
  }
  return found;
}
