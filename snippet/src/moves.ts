/** Where the mouse was, at most ten times a second, some seconds in one event. */
import type { Emit, Move } from "./events";
import { after, type Listeners } from "./guarded";
import { elementOf, spotOf } from "./spots";

const EVERY_MS = 100;
const TOGETHER_MS = 2_000;

let points: Move["m"] = [];
let began = 0;
let send: Emit | null = null;

/** Hands over what has been gathered. */
export function flush(): void {
  if (points.length && send) {
    const m = points;
    points = [];
    send({ k: "move", t: began, m });
  }
}

export function start(listeners: Listeners, emit: Emit): void {
  let last = 0;
  send = emit;
  listeners.on<PointerEvent>(window, "mousemove", (event) => {
    const now = Date.now();
    if (now - last < EVERY_MS && now >= last) return;
    last = now;
    const target = elementOf(event);
    if (!target) return;
    const { el, fx, fy } = spotOf(target, event.clientX, event.clientY);
    if (!points.length) {
      began = now;
      after(TOGETHER_MS, flush);
    }
    points.push([Math.max(0, now - began), el, fx, fy]);
  });
}
