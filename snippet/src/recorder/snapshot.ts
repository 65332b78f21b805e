/**
 * The full snapshot of a page, in slices between which the page goes on. Which nodes there are, in which order, and where they
 * are scrolled to is taken at once, so that all that happens from then on can be told by their numbers. What each node is like
 * is looked at afterwards: as it is then, which later events say again.
 */
import { genId } from "@rrweb/record";
import { after, guarded } from "../guarded";
import { encode, isTrue } from "../json";
import { LEFT_OUT } from "./mirror";
import type { Inside, Serialized } from "./redact";
import * as serialize from "./serialize";

const SLICE_MS = 8;
/** Nodes between two looks at the clock. */
const STRIDE = 32;
/** Characters of a part of the snapshot's JSON. */
const PART = 50_000;
/** Characters of a string that the collector keeps once a site. */
const LONG = 2_048;
/** As many are looked at while the page is going. */
const AT_THE_END = 3_000;

type Redact = (node: Serialized, around?: Inside) => Inside;

let redact: Redact;
/** Of long strings that the collector has, eight digits of each hash; empty where none can be made. */
let known = "";
let running: Slices | null = null;

/**
 * `redacted`: makes a node what may be sent; `around`: what holds for its place, as it said for the one around it.
 * `strings`: what the collector has (config.ts).
 */
export function start(redacted: Redact, strings: string): void {
  redact = redacted;
  known = crypto.subtle && strings.length > 7 ? strings : "";
}

/** Ends what is under way without a snapshot. */
export function abandon(): void {
  running = null;
}

/** The page is going: what is under way ends now, if little is missing. */
export function hurry(): void {
  if (running && running.left < AT_THE_END) guarded(() => running!.work(Infinity))();
}

/** Whether a stylesheet is yet to be looked at: what happens to its rules is in it then. */
export const isPending = (id: number): boolean => !!running?.sheets.has(id);

/** rrweb takes its full snapshots by this. `done` is given the JSON of the document's node, in parts. */
export function takeSnapshot(around: serialize.Surroundings, done: (json: string[]) => void): void {
  running = new Slices(around, done);
  running.work(SLICE_MS);
}

class Slices {
  /** Stylesheets that have not been looked at, by the number of their element. */
  readonly sheets = new Set<number>();
  private readonly nodes: Node[] = [];
  private readonly ids: number[] = [];
  /** How deep a node lies; below zero: right below a shadow root. */
  private readonly depths: number[] = [];
  private readonly places = new Map<number, serialize.Measured>();
  private at = 0;
  private readonly parts: string[] = [];
  /** Which of them are long strings. */
  private readonly long: number[] = [];
  private text = "";
  /** Of the elements around the next node. */
  private readonly open: { inside: Inside; captured: boolean; empty: boolean }[] = [];
  private readonly json = isTrue() ? JSON.stringify : encode;

  constructor(
    private readonly around: serialize.Surroundings,
    private readonly done: (json: string[]) => void,
  ) {
    this.gather(around.doc, 1, false);
  }

  get left(): number {
    return this.nodes.length - this.at;
  }

  private gather(node: Node, depth: number, shadow: boolean): void {
    const { mirror } = this.around;
    let id = mirror.getId(node);
    if (id === -1) id = serialize.isLeftOut(node) ? LEFT_OUT : genId();
    mirror.add(node, id);
    if (id === LEFT_OUT) return;
    this.nodes.push(node);
    this.ids.push(id);
    this.depths.push(shadow ? -depth : depth);
    if (serialize.isElement(node)) {
      const place = serialize.measured(node);
      if (place) this.places.set(id, place);
      if (serialize.isSheet(node)) this.sheets.add(id);
      if (serialize.isClosed(node, place)) return;
    }
    this.gatherIn(node, depth + 1, false);
    const root = serialize.shadowOf(node);
    if (!root) return;
    this.around.onSerialize(node);
    this.gatherIn(root, depth + 1, true);
  }

  private gatherIn(around: Node, depth: number, shadow: boolean): void {
    for (let child = serialize.firstChild(around); child; child = serialize.nextSibling(child)) this.gather(child, depth, shadow);
  }

  /** Goes on for `ms` and then leaves the page to itself for a moment. */
  work(ms: number): void {
    const until = performance.now() + ms;
    while (this.left) {
      const sheet = this.sheets.has(this.ids[this.at]!);
      this.next();
      if ((sheet || this.at % STRIDE === 0) && performance.now() > until) break;
    }
    if (this.left) {
      after(0, () => running === this && this.work(SLICE_MS));
      return;
    }
    this.close(1);
    this.parts.push(this.text);
    if (this.long.length && ms < Infinity) void this.nameKnown().finally(() => this.end());
    else this.end();
  }

  private end(): void {
    if (running !== this) return;
    running = null;
    this.done(this.parts);
  }

  /** What the collector has already is only named. */
  private async nameKnown(): Promise<void> {
    for (const at of this.long) {
      const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(this.parts[at]));
      const hash = [...new Uint8Array(bytes, 0, 20)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (known.includes(hash.slice(0, 8))) this.parts[at] = `\\u0001${hash}`;
    }
  }

  /** Ends what does not lie around a node of a depth. */
  private close(depth: number): void {
    for (; this.open.length >= depth; this.open.pop()) this.text += "]}";
  }

  private next(): void {
    if (this.text.length > PART) {
      this.parts.push(this.text);
      this.text = "";
    }
    const at = this.at++;
    const node = this.nodes[at]!;
    const id = this.ids[at]!;
    const depth = Math.abs(this.depths[at]!);
    this.close(depth);
    const above = this.open[depth - 2];
    const found = serialize.describe(node, this.around.doc, this.places.get(id) ?? null, !!above?.captured);
    const captured = typeof found.attributes?.["_cssText"] === "string";
    const inside = redact(found, above?.inside);
    found.id = id;
    if (this.depths[at]! < 0) found.isShadow = true;
    this.sheets.delete(id);
    serialize.expectMore(node, this.around);
    if (above && !above.empty) this.text += ",";
    if (above) above.empty = false;
    const json = this.json(found);
    if (found.type === serialize.ELEMENT || found.type === serialize.DOCUMENT) {
      this.put(`${json.slice(0, -1)},"childNodes":[`, found.attributes);
      this.open.push({ inside, captured, empty: true });
    } else this.text += json;
  }

  /** Adds to the text; what is long and may be known becomes a part of its own. */
  private put(json: string, attributes = {}): void {
    if (known && json.length > LONG) {
      for (const value of Object.values(attributes)) {
        if (typeof value !== "string" || value.length < LONG) continue;
        const long = this.json(value).slice(1, -1);
        const at = json.indexOf(long);
        this.parts.push(this.text + json.slice(0, at));
        this.long.push(this.parts.push(long) - 1);
        this.text = "";
        json = json.slice(at + long.length);
      }
    }
    this.text += json;
  }
}
