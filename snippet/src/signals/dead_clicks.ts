/**
 * Dead clicks: nothing follows. What counts as something: the page's nodes change, it is scrolled, focus, selection or a
 * field's value changes, the window loses focus or the page goes, the address changes, a request of the page's begins.
 */
import type { Click } from "../events";
import { after } from "../guarded";
import type { SignalsHost } from "../signals_host";

/** Until then the page has to answer. */
const ANSWERS_MS = 2_500;
/** A request that begins within this after the click is its answer, if it has ended in time to be seen. */
const REQUEST_MS = 1_000;
const REQUEST_ENDS_MS = 10_000;
/** What answers in ways that can't be seen from here, and what is no target at all. */
const ELSEWHERE = "input,textarea,select,option,label,summary,video,audio,canvas,iframe,object,embed,[contenteditable],[download],[target]";
const ANSWERS = ["scroll", "selectionchange", "focusin", "input", "change", "submit", "toggle", "fullscreenchange", "play", "pause", "copy"];

interface Watched {
  noted: Click & { t: number };
  /** As of `performance.now()`. */
  at: number;
}

export function watchClicks({ listeners, emit, collector }: SignalsHost) {
  let watched: Watched[] = [];
  let address = "";
  const noticed = (): void => settle(ANSWERS_MS);
  const changes = new MutationObserver(noticed);
  const requests = new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (!name.startsWith(collector)) watched = watched.filter(({ at }) => startTime < at || startTime > at + REQUEST_MS);
    }
  });

  /** Something has happened: those that were clicked less than `ms` ago have their answer. */
  function settle(ms: number): void {
    const now = performance.now();
    watched = watched.filter(({ at }) => now - at > ms);
    if (!watched.length) rest();
  }

  function rest(): void {
    changes.disconnect();
    requests.disconnect();
  }

  function look(): void {
    if (location.href !== address) noticed();
  }

  /** Those of at least this age were dead. */
  function tell(age: number): void {
    const now = performance.now();
    for (const one of watched.filter(({ at }) => now - at >= age)) {
      watched.splice(watched.indexOf(one), 1);
      emit({ ...one.noted, k: "dead" });
    }
    if (!watched.length) rest();
  }

  for (const type of ANSWERS) listeners.on(document, type, noticed);
  for (const type of ["blur", "popstate", "hashchange"]) listeners.on(window, type, noticed);
  listeners.off(rest);

  return {
    click(noted: Click, target: Element, event: PointerEvent): void {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || target === document.body || target.closest(ELSEWHERE)) return;
      address = location.href;
      watched.push({ noted: { ...noted, t: Date.now() }, at: performance.now() });
      for (let root = target.getRootNode(); root; root = (root as ShadowRoot).host?.getRootNode()) {
        changes.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      }
      requests.observe({ type: "resource" });
      const link = target.closest("a[href]")?.getAttribute("href");
      // Asked when the page has had its say.
      after(0, () => link && link[0] !== "#" && !event.defaultPrevented && noticed());
      after(ANSWERS_MS, look);
      after(REQUEST_ENDS_MS, () => tell(REQUEST_ENDS_MS));
    },
    /** A page view ends: what was clicked long enough ago was dead, the rest has led away from here. */
    turn(): void {
      tell(ANSWERS_MS);
      watched = [];
      rest();
    },
  };
}
