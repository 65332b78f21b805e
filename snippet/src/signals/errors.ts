/** Errors of the page's scripts, each once a page view, and the clicks that they follow. */
import type { Click } from "../events";
import type { SignalsHost } from "../signals_host";

const FOLLOWS_MS = 1_000;
const MOST = 20;
const LONGEST = 500;

export function watchErrors({ listeners, emit, clean, scrubbed }: SignalsHost) {
  let seen = new Set<string>();
  let last: (Click & { t: number }) | null = null;

  function note(thrown: unknown, told: string, source = "", line = 0, column = 0): void {
    if (last && Date.now() - last.t < FOLLOWS_MS) emit({ ...last, k: "error" });
    last = null;
    const message = scrubbed(String((thrown as Error | null)?.message ?? told).slice(0, 2 * LONGEST), LONGEST);
    const key = `${message} ${source} ${line}`;
    if (seen.size >= MOST || seen.has(key)) return;
    seen.add(key);
    emit({ k: "event", name: "$error", props: { message, source: clean(source).slice(0, LONGEST), line, column } });
  }

  // Images and scripts that did not load end at their elements; what bubbles no further is not an error of a script.
  listeners.on<ErrorEvent>(window, "error", (event) => {
    if (event.target === window) note(event.error, event.message, event.filename, event.lineno, event.colno);
  });
  listeners.on<PromiseRejectionEvent>(window, "unhandledrejection", ({ reason }) => note(reason, String(reason)));
  return {
    click(noted: Click): void {
      last = { ...noted, t: Date.now() };
    },
    turn(): void {
      seen = new Set();
      last = null; // an error of the next page is none of this one's clicks
    },
  };
}
