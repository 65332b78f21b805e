/** The way that a visitor's last clicks make over the page. Pure; times in ms since the recording's beginning. */
import { EVENT, isNumber, isObject, SOURCE, type RecordedEvent } from "../replay/recorded";

interface Place {
  at: number;
  /** Which of the pages, counted in the order in which they were shown. */
  page: number;
  x: number;
  y: number;
}

/** Clicks in CSS px of their page, and where the page was scrolled to, both in time order. */
export interface Trail {
  clicks: Place[];
  scrolls: Place[];
}

export interface Dot {
  x: number;
  y: number;
  number: number;
}

const CLICKS = new Set<unknown>([2, 7]); // rrweb's Click and TouchStart
const LONGEST_MS = 30_000;
const MOST = 10;

export function trailOf(events: RecordedEvent[], startedAt: number): Trail {
  const clicks: Place[] = [];
  const scrolls: Place[] = [];
  let now: Place = { at: 0, page: 0, x: 0, y: 0 };
  let root: unknown = null;
  for (const { type, timestamp, data, again } of events) {
    const at = timestamp - startedAt;
    const scrolled = (x: unknown, y: unknown, page: number): void => {
      now = { at, page, x: isNumber(x) ? x : 0, y: isNumber(y) ? y : 0 };
      scrolls.push(now);
    };
    if (type === EVENT.FullSnapshot) {
      root = isObject(data["node"]) ? data["node"]["id"] : null;
      const offset = isObject(data["initialOffset"]) ? data["initialOffset"] : {};
      scrolled(offset["left"], offset["top"], now.page + 1);
    } else if (type === EVENT.Incremental && data["source"] === SOURCE.Scroll && data["id"] === root) {
      scrolled(data["x"], data["y"], now.page);
    } else if (!again && type === EVENT.Incremental && data["source"] === SOURCE.MouseInteraction && CLICKS.has(data["type"])) {
      const { x, y } = data;
      if (isNumber(x) && isNumber(y)) clicks.push({ at, page: now.page, x: x + now.x, y: y + now.y });
    }
  }
  return { clicks, scrolls };
}

/** The last clicks on the page that is shown at `ms`, oldest first, where they are in the viewport as it is scrolled then. */
export function dotsAt({ clicks, scrolls }: Trail, ms: number): Dot[] {
  const view = last(scrolls, ms);
  if (!view) return [];
  const until = clicks.findIndex((click) => click.at > ms);
  const shown = (until < 0 ? clicks : clicks.slice(0, until)).map((click, index) => ({ ...click, number: index + 1 }));
  return shown
    .filter((click) => click.page === view.page && click.at > ms - LONGEST_MS)
    .slice(-MOST)
    .map(({ x, y, number }) => ({ x: x - view.x, y: y - view.y, number }));
}

function last(places: Place[], ms: number): Place | undefined {
  let found: Place | undefined;
  for (const place of places) {
    if (place.at > ms) break;
    found = place;
  }
  return found;
}
