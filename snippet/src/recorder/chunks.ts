/** rrweb events as chunks of a page view: JSON arrays, gzipped where the browser can, sent by time and by size. */
import { after } from "../guarded";
import { toJson } from "../json";
import type { PageView } from "../page_views";
import type { RecordingHost } from "../recording_host";
import type { Recorded } from "./redact";

const FULL = 2;
const EVERY_MS = 4_000;
/** Characters of JSON of one chunk; gzip makes about a tenth of it. */
const LARGE = 400_000;
const LARGEST_SENT = 4_194_304;
const LARGEST_OPENED = 33_554_432;

interface Chunk {
  view: PageView;
  text: string;
}

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer> | string> {
  if (typeof CompressionStream !== "function") return text;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export class Chunks {
  private events: Recorded[] = [];
  private last = 0;
  private timed = false;
  private ready: Chunk[] = [];
  private busy = false;

  /**
   * `redacted`: a full snapshot as it may be sent; `tooLarge`: a chunk can't be sent, and what follows it would make no sense;
   * `spent`: so many bytes of a session were sent.
   */
  constructor(
    private readonly host: RecordingHost,
    private view: PageView,
    private readonly redacted: (snapshot: Recorded) => unknown,
    private readonly tooLarge: () => void,
    private readonly spent: (session: string, bytes: number) => void,
  ) {}

  add(event: Recorded, atOnce: boolean): void {
    // A clock that is set back must not turn a recording around.
    this.last = event.timestamp = Math.max(event.timestamp, this.last);
    this.events.push(event);
    if (atOnce) after(0, () => this.flush());
    if (this.timed) return;
    this.timed = true;
    after(EVERY_MS, () => {
      this.timed = false;
      this.flush();
    });
  }

  /** Another page view begins. */
  turn(view: PageView): void {
    this.flush();
    this.view = view;
    this.last = 0;
  }

  flush(): void {
    this.close(Infinity);
    this.work();
  }

  /**
   * The page may go, and then only little is taken: what there is room for goes as it is, since gzip takes time. The rest
   * stays, in case the page does.
   */
  flushLast(): void {
    this.close(this.host.room() - this.ready.reduce((sum, { text }) => sum + text.length, 0));
    let room = this.host.room();
    while (this.ready.length && this.ready[0]!.text.length < room) {
      const { view, text } = this.ready.shift()!;
      room -= text.length;
      this.host.send(view, text);
    }
    this.work();
  }

  /** Events into chunks, as many as `room` characters hold. */
  private close(room: number): void {
    let texts: string[] = [];
    let size = 0;
    const put = (): void => {
      if (texts.length) this.ready.push({ view: this.view, text: `[${texts.join(",")}]` });
      texts = [];
      size = 0;
    };
    let taken = 0;
    for (const event of this.events) {
      if (event.type === FULL) this.redacted(event);
      const text = toJson(event);
      room -= text.length + 1;
      if (room < 0) break;
      // What a snapshot is of (the event before it) stays with it.
      if (size + text.length > LARGE && event.type !== FULL) put();
      texts.push(text);
      size += text.length + 1;
      taken++;
    }
    put();
    this.events.splice(0, taken);
  }

  /** Sends what is ready, one after the other. */
  private work(): void {
    const chunk = this.ready[0];
    if (this.busy || !chunk) return;
    this.busy = true;
    gzipped(chunk.text)
      .catch(() => chunk.text)
      .then((body) => {
        this.busy = false;
        // It may have gone out meanwhile, with the page.
        if (this.ready[0] === chunk) {
          this.ready.shift();
          if (body.length > LARGEST_SENT || chunk.text.length > LARGEST_OPENED) return this.tooLarge();
          this.host.send(chunk.view, body);
          this.spent(chunk.view.session.id, body.length);
        }
        this.work();
      })
      .catch(() => undefined);
  }
}
