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
/** And of what is encoded at once. */
const PIECE = 100_000;
const LARGEST_SENT = 4_194_304;
const LARGEST_OPENED = 33_554_432;

interface Chunk {
  view: PageView;
  /** JSON, in parts of any size. */
  parts: string[];
  length: number;
}

/** Of a full snapshot, whose node is JSON already. */
function snapshotJson({ type, timestamp, data }: Recorded): string[] {
  const { node, initialOffset } = data as { node: string[]; initialOffset: unknown };
  return [`{"type":${type},"timestamp":${timestamp},"data":{"initialOffset":${toJson(initialOffset)},"node":`, ...node, "}}"];
}

/** Much text is encoded and packed in pieces, between which the page goes on. */
async function gzipped(parts: string[]): Promise<Uint8Array<ArrayBuffer> | string> {
  if (typeof CompressionStream !== "function") return parts.join("");
  const { readable, writable } = new CompressionStream("gzip");
  const writer = writable.getWriter();
  const packed = new Response(readable).arrayBuffer();
  const encoder = new TextEncoder();
  let piece = "";
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE) continue;
    await writer.write(encoder.encode(piece));
    await new Promise<void>((done) => after(0, done));
    piece = "";
  }
  if (piece) await writer.write(encoder.encode(piece));
  await writer.close();
  return new Uint8Array(await packed);
}

export class Chunks {
  private events: Recorded[] = [];
  private last = 0;
  private timed = false;
  private ready: Chunk[] = [];
  private busy = false;

  /**
   * `tooLarge`: a chunk can't be sent, and what follows it would make no sense; `spent`: so many bytes of a session were sent.
   */
  constructor(
    private readonly host: RecordingHost,
    private view: PageView,
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
    this.close(this.host.room() - this.ready.reduce((sum, { length }) => sum + length, 0));
    let room = this.host.room();
    while (this.ready.length && this.ready[0]!.length < room) {
      const { view, parts, length } = this.ready.shift()!;
      room -= length;
      this.host.send(view, parts.join(""));
    }
    this.work();
  }

  /** Events into chunks, as many as `room` characters hold. */
  private close(room: number): void {
    let parts: string[] = [];
    let size = 0;
    const put = (): void => {
      parts.push("]");
      if (size) this.ready.push({ view: this.view, parts, length: size + 1 });
      parts = [];
      size = 0;
    };
    let taken = 0;
    for (const event of this.events) {
      const texts = event.type === FULL ? snapshotJson(event) : [toJson(event)];
      const length = texts.reduce((sum, text) => sum + text.length, 1);
      room -= length;
      if (room < 0) break;
      // What a snapshot is of (the event before it) stays with it.
      if (size + length > LARGE && event.type !== FULL) put();
      parts.push(size ? "," : "[", ...texts);
      size += length;
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
    gzipped(chunk.parts)
      .catch(() => chunk.parts.join(""))
      .then((body) => {
        this.busy = false;
        // It may have gone out meanwhile, with the page.
        if (this.ready[0] === chunk) {
          this.ready.shift();
          if (body.length > LARGEST_SENT || chunk.length > LARGEST_OPENED) return this.tooLarge();
          this.host.send(chunk.view, body);
          this.spent(chunk.view.session.id, body.length);
        }
        this.work();
      })
      .catch(() => undefined);
  }
}
