/** What the loader is told by the collector, and `window.heatwake`. */

export interface Config {
  v: 1;
  key: string;
  /** Origin of the collector, without a trailing slash. */
  collector: string;
  tracker: string;
  recorder: string;
  record: boolean;
  /** Sessions are kept whose id's last eight hex digits are below these; left out: all. */
  sample?: string;
  /** The site asks nobody whether the browser says "do not track". */
  all?: true;
}

export type Call = ArrayLike<unknown>;

/** `window.heatwake`. Until the tracker is there, `q` is an array; afterwards calls pushed on it are done at once. */
export interface Heatwake {
  (...call: unknown[]): void;
  q: { push(call: Call): unknown } | Call[];
  /** Set by the loader; the page's own stub has none. */
  c?: Config;
  /** The loader's own tag: has the page's nonce, and the query arguments that are part of an address. */
  s?: HTMLScriptElement | null;
  /** Takes the recorder when its script has run. */
  r?: (recorder: unknown) => void;
}

declare global {
  interface Window {
    heatwake?: Heatwake;
  }
}
