/** How deep the visitor has seen of the document: the deepest point, in percent of its height. */
import type { Emit } from "./events";
import { after, type Listeners } from "./guarded";

const EVERY_MS = 1_000;
let deepest = 0;
let told = 0;

export function documentHeight(): number {
  return Math.max(document.documentElement.scrollHeight, document.body?.scrollHeight ?? 0);
}

export function depth(): { d: number; dh: number } {
  const dh = documentHeight();
  const seen = dh ? Math.round(((scrollY + innerHeight) / dh) * 100) : 100;
  deepest = Math.max(deepest, Math.min(100, Math.max(0, seen)));
  return { d: deepest, dh };
}

/** A page view begins. */
export function reset(): void {
  deepest = told = 0;
}

export function start(listeners: Listeners, emit: Emit): void {
  let waiting = false;
  listeners.on(window, "scroll", () => {
    const { d } = depth();
    if (waiting || d <= told) return;
    waiting = true;
    after(EVERY_MS, () => {
      waiting = false;
      const now = depth();
      if (now.d > told) {
        told = now.d;
        emit({ k: "scroll", ...now });
      }
    });
  });
}
