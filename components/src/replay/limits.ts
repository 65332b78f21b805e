/**
 * How much of a page is rebuilt. A recording can hold more than any page has, made to stop the browser of who watches it;
 * what goes beyond is left out and counted.
 */

const TEXT = 100_000; // characters of one text; a long article has a fifth
const TEXTS = 2_000_000;
const CSS = 1_000_000; // a whole framework has a quarter; rrweb parses every sheet once more
const SHEETS = 4_000_000;
const NODES = 200_000;
/** Pictures within pictures: each level multiplies what is drawn, so a few are all. */
const NESTED = 8;

export class Limits {
  /** Nodes of SVG that another could show again: they, or what they lie in, have a name. */
  readonly named = new Set<number>();
  private texts = 0;
  private sheets = 0;
  private nodes = 0;
  private nested = 0;

  constructor(private readonly onCut: () => void) {}

  text(value: string): string {
    const room = Math.max(0, Math.min(TEXT, TEXTS - this.texts));
    this.texts += Math.min(value.length, room);
    if (value.length <= room) return value;
    this.onCut();
    return room ? `${value.slice(0, room)}…` : "";
  }

  css(value: string): string {
    this.sheets += value.length;
    if (value.length <= CSS && this.sheets <= SHEETS && !isTangle(value)) return value;
    this.onCut();
    return "";
  }

  node(): boolean {
    if (++this.nodes <= NODES) return true;
    this.onCut();
    return false;
  }

  /** Whether one more named part of a picture may show another. */
  nest(): boolean {
    if (++this.nested <= NESTED) return true;
    this.onCut();
    return false;
  }
}

const A_SECOND = 60;

/** At most so many in each second of the recording. */
export class Rate {
  private second = NaN;
  private count = 0;

  allows(atMs: number): boolean {
    const second = Math.floor(atMs / 1000);
    if (second !== this.second) [this.second, this.count] = [second, 0];
    return ++this.count <= A_SECOND;
  }
}

/** Whether it holds a statement made to be slow to parse: parsers look at each escape and bracket of it again and again. */
function isTangle(css: string): boolean {
  return (css.match(/[^{};"']{5000,}/g) ?? []).some((statement) => (statement.match(/[\\(@]/g)?.length ?? 0) > 200);
}
