/** Page views: at load, when a single-page application changes the path, and when the browser brings a page back. */
import { cleanAddress, route } from "./addresses";
import type { PageEvent } from "./events";
import { guarded, type Listeners } from "./guarded";
import { scrubbed } from "./labels";
import { isMasked } from "./masking";
import { randomHex } from "./random";
import { documentHeight } from "./scroll";
import { touch, type Session } from "./session";

const LONGEST_TITLE = 300;

export interface PageView {
  session: Session;
  id: string;
  /** Next sequence number by channel. */
  next: { e: number; r: number };
}

export type Begin = (nav: PageEvent["nav"]) => void;

export const newPageView = (): PageView => ({ session: touch(), id: randomHex(6), next: { e: 0, r: 0 } });

export const title = (): string => (isMasked(document.documentElement) ? "" : scrubbed(document.title, LONGEST_TITLE));

export function pageEvent(nav: PageEvent["nav"], ref: string, kept: string): PageEvent {
  return {
    k: "page",
    url: cleanAddress(location.href, kept),
    title: title(),
    ref: cleanAddress(ref, kept),
    nav,
    vw: innerWidth,
    vh: innerHeight,
    dh: documentHeight(),
    sw: screen.width,
    lang: navigator.language,
  };
}

/** Whether the browser came to this page by its back or forward button. */
export function cameBack(): boolean {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry?.type === "back_forward";
}

/** Calls `begin` at each page view after the first. */
export function start(listeners: Listeners, begin: Begin): void {
  let path = route(location);
  const look = guarded(() => {
    if (path === route(location)) return;
    path = route(location);
    begin("spa");
  });
  for (const name of ["pushState", "replaceState"] as const) {
    const before = history[name];
    let stopped = false;
    const wrapped = function (this: History, ...given: Parameters<History["pushState"]>): void {
      before.apply(this, given);
      if (!stopped) look();
    };
    history[name] = wrapped;
    listeners.off(() => {
      stopped = true;
      // Somebody may have wrapped it after us; then ours only hands on.
      if (history[name] === wrapped) history[name] = before;
    });
  }
  listeners.on(window, "popstate", look);
  listeners.on(window, "hashchange", look);
  listeners.on<PageTransitionEvent>(window, "pageshow", (event) => {
    path = route(location);
    if (event.persisted) begin("back");
  });
}
