/**
 * Keeps the recorder from slowing a page down: rrweb looks at mutations only as long as that stays cheap. When it does not, it
 * looks away, and a new full snapshot some seconds later says how the page is then.
 */
const WINDOW_MS = 1_000;
const MOST_IN_WINDOW_MS = 40;
const MOST_AT_ONCE = 4_000;
const REST_MS = 5_000;
const LONGEST_REST_MS = 80_000;
/** Nothing to say for this long, and the next rest is a short one again. */
const CALM_MS = 60_000;

let windowBegan = 0;
let spent = 0;
let resting = false;
let rest = REST_MS;
let restedAt = 0;
let onRest: (ms: number) => void = () => undefined;

/** `tired`: calls `wake` after the given time and then takes a full snapshot. */
export function start(tired: (restMs: number) => void): void {
  onRest = tired;
  wake();
}

export function wake(): void {
  resting = false;
  spent = 0;
}

/** Has rrweb look at `mutations` by `look`, or not. */
export function governed(mutations: readonly MutationRecord[], look: () => void): void {
  if (resting) return;
  const began = performance.now();
  if (began - windowBegan > WINDOW_MS) {
    windowBegan = began;
    spent = 0;
  }
  if (mutations.length <= MOST_AT_ONCE) {
    look();
    spent += performance.now() - began;
    if (spent <= MOST_IN_WINDOW_MS) return;
  }
  resting = true;
  rest = began - restedAt > CALM_MS ? REST_MS : Math.min(rest * 2, LONGEST_REST_MS);
  restedAt = began + rest;
  onRest(rest);
}
