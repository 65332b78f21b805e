/** rrweb events as chunks of a page view: texts joined into JSON arrays, sent by time and by size. */
import { after } from "../guarded";
import { toJson } from "../json";
import type { PageView } from "../page_views";
import type { RecordingHost } from "../recording_host";
import type { Recorded } from "./redact";

const EVERY_MS = 4_000;
/** Of JSON; gzip makes about a tenth of it. */
const LARGE = 200_000;
/** Of one request's JSON, where nothing makes it smaller. */
const LARGEST_PLAIN = 4_000_000;

export class Chunks {
  private waiting: Recorded[] = [];
  private texts: string[] = [];
  private size = 0;
  private last = 0;
  private timed = false;

  constructor(
    private readonly host: RecordingHost,
    private view: PageView,
  ) {}

  add(event: Recorded): void {
    // A clock that is set back must not turn a recording around.
    this.last = event.timestamp = Math.max(event.timestamp, this.last);
    this.waiting.push(event);
    if (this.timed) return;
    this.timed = true;
    after(event.type === 2 ? 50 : EVERY_MS, () => {
      this.timed = false;
      this.flush();
    });
  }

  /** A full snapshot is the largest thing there is: it goes first and alone, while the page is still there. */
  addSnapshot(event: Recorded): void {
    this.add(event);
    after(0, () => this.flush());
  }

  turn(view: PageView): void {
    this.flush();
    this.view = view;
    this.last = 0;
  }

  flush(): void {
    for (const event of this.waiting.splice(0)) this.put(toJson(event));
    this.sendTexts();
  }

  /** The page may go, and then only little is taken: as many of the events as there is room for. */
  flushLast(): void {
    const room = this.host.room();
    for (const event of this.waiting.splice(0)) {
      const text = toJson(event);
      if (document.visibilityState === "hidden" && this.size + text.length > room) break;
      this.put(text);
    }
    this.sendTexts();
  }

  private put(text: string): void {
    if (text.length > LARGEST_PLAIN && typeof CompressionStream !== "function") return;
    if (this.size + text.length > LARGE) this.sendTexts();
    this.texts.push(text);
    this.size += text.length + 1;
  }

  private sendTexts(): void {
    if (this.texts.length) this.host.send(this.view, `[${this.texts.join(",")}]`);
    this.texts = [];
    this.size = 0;
  }
}
