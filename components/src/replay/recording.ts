/**
 * A fetched recording made ready to play: checked event by event, cleaned, in time order, from its first page picture
 * on. What had to be left out is counted and can be told to the viewer.
 *
 * All times are ms since the recording's first usable event.
 */
import { EventCleaner } from "./clean_events";
import { withStored, type LoadPolicy } from "./policy";
import { EVENT, isNumber, isObject, SOURCE, type RecordedEvent } from "./recorded";

export interface RecordedPage {
  at: number;
  /** When its first picture is there; a little later than `at`. */
  pictureAt: number;
  href: string;
  width: number;
  height: number;
}

export interface Recording {
  events: RecordedEvent[];
  startedAt: number;
  durationMs: number;
  /** When the first page picture is there. */
  firstPictureMs: number;
  pages: RecordedPage[];
  /** Events that could not be used: of no known form, or before the first page picture. */
  damaged: number;
  headless: number;
}

/** Why a recording can't be played, as the viewer is told. */
export class UnplayableRecording extends Error {
  constructor(
    message: string,
    readonly empty: boolean,
  ) {
    super(message);
  }
}

const FARTHEST_MS = 24 * 3600 * 1000;
const DEFAULT_SIZE = { width: 1280, height: 720 };

/** Reads the answer of `eventsUrl`. Throws UnplayableRecording when there is nothing to see. */
export function readRecording(answer: unknown, policy: LoadPolicy): Recording {
  const given = isObject(answer) ? answer["events"] : undefined;
  if (!Array.isArray(given)) throw new UnplayableRecording("The recording is not in a form that the player knows.", false);
  if (!given.length) throw new UnplayableRecording("Nothing was recorded in this session.", true);
  const formed = withoutStrays(given.map(readEvent).filter((event) => event !== null)).sort((a, b) => a.timestamp - b.timestamp);
  const cleaner = new EventCleaner(withStored(policy, isObject(answer) ? answer["assets"] : undefined));
  const usable: RecordedEvent[] = [];
  let silent = given.filter(isSilent).length;
  for (const event of formed) {
    const cleaned = cleaner.clean(event);
    if (cleaned) usable.push(cleaned);
    if (cleaned && isSilent(event)) silent--;
  }
  const damaged = given.length - silent - usable.length;
  const first = usable.findIndex((event) => event.type === EVENT.FullSnapshot);
  const origin = usable[0];
  if (first < 0 || !origin) {
    throw new UnplayableRecording("The recording holds no picture of the page: its first part was lost, so it can't be played.", false);
  }
  const { kept, headless } = fromFirstPicture(usable, first);
  const startedAt = origin.timestamp;
  // The Replayer counts time from its first event; this one keeps it where the recording begins.
  const events = [{ type: EVENT.Custom, timestamp: startedAt, data: { tag: "start", payload: {} } }, ...kept];
  return {
    events,
    startedAt,
    durationMs: (events[events.length - 1]?.timestamp ?? startedAt) - startedAt,
    firstPictureMs: (usable[first]?.timestamp ?? startedAt) - startedAt,
    pages: pagesOf(events, startedAt),
    damaged,
    headless,
  };
}

function readEvent(value: unknown): RecordedEvent | null {
  if (!isObject(value) || !isNumber(value["type"]) || !isNumber(value["timestamp"])) return null;
  const { type, timestamp, data } = value;
  if (type === EVENT.DomContentLoaded || type === EVENT.Load || !isObject(data)) return null;
  return { type, timestamp, data };
}

const SILENT_TYPES = new Set<unknown>([EVENT.DomContentLoaded, EVENT.Load, EVENT.Plugin]);
const SILENT_SOURCES = new Set<unknown>([SOURCE.MediaInteraction, SOURCE.CanvasMutation, SOURCE.Font, SOURCE.Log, SOURCE.CustomElement]);

/** Well-formed events that have nothing to show; leaving them out is no damage. */
function isSilent(event: unknown): boolean {
  if (!isObject(event) || !isNumber(event["timestamp"])) return false;
  return SILENT_TYPES.has(event["type"]) || (event["type"] === EVENT.Incremental && isObject(event["data"]) && SILENT_SOURCES.has(event["data"]["source"]));
}

/** Without events more than a day from the median: a clock that jumped would make the timeline useless. */
function withoutStrays(events: RecordedEvent[]): RecordedEvent[] {
  const times = events.map((event) => event.timestamp).sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  return events.filter((event) => Math.abs(event.timestamp - median) <= FARTHEST_MS);
}

/** Changes need a page to change: those before the first picture go, and a picture without a size gets one. */
function fromFirstPicture(events: RecordedEvent[], first: number): { kept: RecordedEvent[]; headless: number } {
  const before = events.slice(0, first);
  const metas = before.filter((event) => event.type === EVENT.Meta).slice(-1);
  const headless = before.filter((event) => event.type === EVENT.Incremental).length;
  const picture = events[first];
  if (!metas.length && picture) {
    const later = events.find((event) => event.type === EVENT.Meta);
    metas.push({ type: EVENT.Meta, timestamp: picture.timestamp, data: { href: "", ...DEFAULT_SIZE, ...later?.data } });
  }
  return { kept: [...metas, ...events.slice(first)], headless };
}

function pagesOf(events: RecordedEvent[], startedAt: number): RecordedPage[] {
  const pages: RecordedPage[] = [];
  let page: RecordedPage | undefined;
  for (const event of events) {
    const at = event.timestamp - startedAt;
    if (event.type === EVENT.FullSnapshot && page?.pictureAt === Infinity) page.pictureAt = at;
    if (event.type !== EVENT.Meta) continue;
    const href = String(event.data["href"] ?? "");
    if (page?.href === href) continue;
    page = { at, pictureAt: Infinity, href, width: Number(event.data["width"]), height: Number(event.data["height"]) };
    pages.push(page);
  }
  return pages.filter(({ pictureAt }) => pictureAt !== Infinity);
}

/** The time to show for `at`: where a page has just begun, that of its first picture rather than the page before. */
export function picturedTime({ pages, firstPictureMs }: Recording, at: number): number {
  const page = pages.filter((each) => each.at <= at).pop();
  return Math.max(at, firstPictureMs, page && page.pictureAt >= at ? page.pictureAt : 0) + 1;
}
