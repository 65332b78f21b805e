/** What the loader is told by the collector, and `window.heatwake`. */

export interface Config {
  key: string;
  /** Origin of the collector, without a trailing slash. */
  collector: string;
  /** Address of our scripts, with a `*` for their number. */
  files: string;
  /** Whether sessions are recorded; of long strings that the collector has, eight hex digits of the SHA-256 of each, one after the other. */
  record: boolean | string;
  /** How much of a page a recording masks, if not what is usual. */
  privacy?: "strict" | "open";
  /** Sessions are kept whose id's last eight hex digits are below these; left out: all. */
  sample?: string;
  /** What needs the visitor's consent (KEPT_AFTER_CONSENT …); left out: nothing does. */
  ask?: number;
  /** The site asks nobody whether the browser says "do not track". */
  all?: true;
}

/** Our scripts by number: the names say nothing that a list of trackers could go by. */
export const TRACKER = 1;
export const SIGNALS = 2;
export const RECORDER = 3;
export type Late = typeof SIGNALS | typeof RECORDER;

/** Nothing is kept in the browser before the visitor agrees; nothing is sent before; nothing is kept, ever. */
export const KEPT_AFTER_CONSENT = 1;
export const SENT_AFTER_CONSENT = 2;
export const NEVER_KEPT = 3;

export type Call = ArrayLike<unknown>;

/** `window.heatwake`. Until the tracker is there, `q` is an array; afterwards calls pushed on it are done at once. */
export interface Heatwake {
  (...call: unknown[]): void;
  q: { push(call: Call): unknown } | Call[];
  /** Set by the loader; the page's own stub has none. */
  c?: Config;
  /** The loader's own tag: has the page's nonce, and the query arguments that are part of an address. */
  s?: HTMLScriptElement | null;
  /** Fetches the script of a number. */
  f?(script: number): void;
  /** Take what the late scripts hand over when they have run. */
  r?: Partial<Record<Late, (handed: unknown) => void>>;
}

declare global {
  interface Window {
    heatwake?: Heatwake;
  }
}
