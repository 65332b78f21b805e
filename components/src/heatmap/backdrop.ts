/**
 * The page under a heatmap: a snapshot rebuilt at a width, as high as the whole document, on the same closed-off stage
 * as a replay.
 */
import { EventCleaner } from "../replay/clean_events";
import { freezeViewportHeight } from "../replay/clean_css";
import type { Stage } from "../replay/engine";
import type { Engine } from "../replay/load_engine";
import { withStored, type LoadPolicy } from "../replay/policy";
import { EVENT, isNumber, isObject, type Json, type RecordedEvent } from "../replay/recorded";

export class UnusableSnapshot extends Error {}

export interface Snapshot {
  event: RecordedEvent;
  width: number;
  height: number;
  /** What is stored of the addresses that it shows. */
  assets: Json | undefined;
}

const TALLEST = 60_000;

/** Reads the answer of `snapshotUrl`; null when the page has no snapshot yet. Throws UnusableSnapshot. */
export function readSnapshot(answer: unknown): Snapshot | null {
  if (!isObject(answer)) throw new UnusableSnapshot("The page's picture is not in a form that the map knows.");
  const { event, width, height } = answer;
  if (event === null || event === undefined) return null;
  if (!isObject(event) || event["type"] !== EVENT.FullSnapshot || !isObject(event["data"])) {
    throw new UnusableSnapshot("The page's picture is damaged. A new one is taken with the next visits.");
  }
  const side = (value: unknown, otherwise: number): number => (isNumber(value) && value >= 1 && value <= 20_000 ? value : otherwise);
  return {
    event: { type: EVENT.FullSnapshot, timestamp: 2, data: { ...event["data"], initialOffset: { left: 0, top: 0 } } },
    width: side(width, 1440),
    height: side(height, 900),
    assets: answer["assets"],
  };
}

/** Rebuilds `snapshot` below `root`, `width` px wide. Throws UnusableSnapshot. */
export function openBackdrop(root: HTMLElement, engine: Engine, snapshot: Snapshot, width: number, policy: LoadPolicy): Stage {
  const cleaned = new EventCleaner(withStored(policy, snapshot.assets), (css) => freezeViewportHeight(css, snapshot.height)).clean(snapshot.event);
  if (!cleaned) throw new UnusableSnapshot("The page's picture is damaged. A new one is taken with the next visits.");
  const events: RecordedEvent[] = [
    { type: EVENT.Meta, timestamp: 1, data: { href: "", width, height: snapshot.height } },
    cleaned,
    { type: EVENT.Custom, timestamp: 10, data: { tag: "end", payload: {} } },
  ];
  try {
    return engine.openStage(root, events, 5, { onSize: () => undefined, onFinish: () => undefined, onFault: () => undefined }, { policy, trail: "" });
  } catch {
    throw new UnusableSnapshot("The page's picture is damaged: it can't be rebuilt. A new one is taken with the next visits.");
  }
}

/** Makes the frame as high as its document and answers that height, CSS px. */
export function fitToDocument(frame: HTMLIFrameElement, width: number, viewportHeight: number): number {
  frame.setAttribute("width", String(width));
  frame.setAttribute("height", String(viewportHeight));
  frame.setAttribute("data-hw-viewport", String(viewportHeight));
  const page = frame.contentDocument;
  const height = Math.min(TALLEST, Math.max(viewportHeight, page?.documentElement?.scrollHeight ?? 0, page?.body?.scrollHeight ?? 0));
  frame.setAttribute("height", String(height));
  page?.defaultView?.scrollTo(0, 0);
  return height;
}
