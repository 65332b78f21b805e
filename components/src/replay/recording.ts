/**
 * A recording made ready to play as its parts come in: checked event by event, cleaned, in time order, its tabs joined, from
 * its first page picture on. What had to be left out is counted and can be told to the viewer.
 *
 * All times are ms since the recording's first usable event.
 */
import { EventCleaner } from "./clean_events";
import { joinTabs, type TabEvent } from "./join_tabs";
import { storedPlaces, type LoadPolicy } from "./policy";
import { EVENT, isNumber, isObject, objects, SOURCE, type RecordedEvent } from "./recorded";

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
  /** Parts of pages that are more than a browser can show. */
  cut: number;
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

/** A page view while its pieces come in. They are cleaned in their order; those that came early wait. */
interface Tab {
  cleaner: EventCleaner;
  next: number;
  waiting: Map<number, unknown[]>;
  known: Set<number>;
}

/** Takes the answers of `eventsUrl` one after the other and makes a recording of what has come so far. */
export class RecordingReader {
  private readonly tabs = new Map<string, Tab>();
  private events: TabEvent[] = [];
  private given = 0;
  private damaged = 0;
  private beginsAt: number | null = null;
  private lengthMs = 0;

  /** Of all answers: what was not there yet may be by the next. */
  private readonly stored = new Map<string, string>();
  private readonly policy: LoadPolicy;

  constructor(policy: LoadPolicy) {
    this.policy = { ...policy, stored: this.stored };
  }

  /** Of a whole recording, `{"assets": {…}, "events": […]}`, or a page of it. Throws UnplayableRecording. */
  add(answer: unknown): void {
    if (isObject(answer)) for (const [address, place] of storedPlaces(this.policy, answer["assets"])) this.stored.set(address, place);
    const whole = isObject(answer) ? answer["events"] : undefined;
    const pieces = isObject(answer) ? answer["pieces"] : undefined;
    if (Array.isArray(whole)) {
      this.take("", 0, whole);
    } else if (isObject(answer) && Array.isArray(pieces)) {
      if (isNumber(answer["begins_at"])) this.beginsAt = answer["begins_at"];
      if (isNumber(answer["length_ms"])) this.lengthMs = Math.max(0, answer["length_ms"]);
      for (const piece of objects(pieces)) {
        if (Array.isArray(piece["events"]) && isNumber(piece["seq"])) this.take(String(piece["page_view"]), piece["seq"], piece["events"]);
      }
    } else {
      throw new UnplayableRecording("The recording is not in a form that the player knows.", false);
    }
  }

  /** How many events have come; tells whether an answer held anything new. */
  get size(): number {
    return this.given;
  }

  /** Cleans what still waits for pieces before it: they will not come. */
  complete(): void {
    for (const [view, tab] of this.tabs) {
      for (const seq of [...tab.waiting.keys()].sort((a, b) => a - b)) this.clean(view, tab, seq);
    }
  }

  /** What can be played by now. Throws UnplayableRecording when there is nothing to see. */
  recording(): Recording {
    if (!this.given) throw new UnplayableRecording("Nothing was recorded in this session.", true);
    this.events.sort((a, b) => a.event.timestamp - b.event.timestamp);
    const { events: joined, headless } = joinTabs(this.events);
    const first = joined.find((event) => event.type === EVENT.FullSnapshot);
    const origin = this.events[0]?.event;
    if (!first || !origin) {
      throw new UnplayableRecording("The recording holds no picture of the page: its first part was lost, so it can't be played.", false);
    }
    const startedAt = this.beginsAt ?? origin.timestamp;
    // The Replayer counts time from its first event; this one keeps it where the recording begins.
    const events = [{ type: EVENT.Custom, timestamp: startedAt, data: { tag: "start", payload: {} } }, ...joined.filter((event) => event.timestamp >= startedAt)];
    return {
      events,
      startedAt,
      durationMs: Math.max(this.lengthMs, (events[events.length - 1]?.timestamp ?? startedAt) - startedAt),
      firstPictureMs: Math.max(0, first.timestamp - startedAt),
      pages: pagesOf(events, startedAt),
      damaged: this.damaged,
      headless,
      cut: [...this.tabs.values()].reduce((sum, tab) => sum + tab.cleaner.cut, 0),
    };
  }

  private take(view: string, seq: number, events: unknown[]): void {
    const tab = this.tabs.get(view) ?? { cleaner: new EventCleaner(this.policy), next: 0, waiting: new Map(), known: new Set() };
    this.tabs.set(view, tab);
    if (tab.known.has(seq)) return;
    tab.known.add(seq);
    tab.waiting.set(seq, events);
    while (tab.waiting.has(tab.next)) this.clean(view, tab, tab.next);
  }

  private clean(view: string, tab: Tab, seq: number): void {
    const given = tab.waiting.get(seq) ?? [];
    tab.waiting.delete(seq);
    tab.next = Math.max(tab.next, seq + 1);
    const formed = withoutStrays(given.map(readEvent).filter((event) => event !== null)).sort((a, b) => a.timestamp - b.timestamp);
    let usable = 0;
    let silent = given.filter(isSilent).length;
    for (const event of formed) {
      const cleaned = tab.cleaner.clean(event);
      if (!cleaned) continue;
      this.events.push({ view, event: cleaned });
      usable++;
      if (isSilent(event)) silent--;
    }
    this.given += given.length;
    this.damaged += given.length - silent - usable;
  }
}

/** A whole recording at once. Throws UnplayableRecording when there is nothing to see. */
export function readRecording(answer: unknown, policy: LoadPolicy): Recording {
  const reader = new RecordingReader(policy);
  reader.add(answer);
  reader.complete();
  return reader.recording();
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
