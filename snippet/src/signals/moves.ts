/** Where the mouse was, at most ten times a second, some seconds in one event. */
import type { Move } from "../events";
import { after } from "../guarded";
import type { SignalsHost } from "../signals_host";

const EVERY_MS = 100;
const TOGETHER_MS = 2_000;

/** Gives the function that hands over what has been gathered. */
export function watchMoves({ listeners, emit, elementOf, spotOf }: SignalsHost): () => void {
  let points: Move["m"] = [];
  let began = 0;
  let last = 0;

  function flush(): void {
    const m = points;
    points = [];
    if (m.length) emit({ k: "move", t: began, m });
  }

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
  return flush;
}
