/** How long the page was in front, and when it goes. */
import type { Listeners } from "./guarded";

let shownSince: number | null = null;
let shown = 0;

/** Milliseconds that the page was in front in this page view, so far. */
export function visibleMs(): number {
  return Math.max(0, Math.round(shown + (shownSince === null ? 0 : performance.now() - shownSince)));
}

/** A page view begins. */
export function reset(): void {
  shown = 0;
  shownSince = document.hidden ? null : performance.now();
}

/** Calls `leave` when the page is hidden or goes; once until it is shown again. */
export function start(listeners: Listeners, leave: () => void): void {
  let gone = false;
  const hide = (): void => {
    if (gone) return;
    gone = true;
    shown = visibleMs();
    shownSince = null;
    leave();
  };
  const show = (): void => {
    gone = false;
    shownSince ??= performance.now();
  };
  listeners.on(document, "visibilitychange", () => (document.hidden ? hide() : show()));
  listeners.on(window, "pagehide", hide);
  listeners.on(window, "pageshow", () => document.hidden || show());
}
