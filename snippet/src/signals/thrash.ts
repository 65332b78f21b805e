/** A thrashed cursor: to and fro, fast, with no button pressed. */
import type { SignalsHost } from "../signals_host";

const STEP_PX = 30;
const TURNS = 8;
const WITHIN_MS = 2_000;
const QUIET_MS = 10_000;

export function watchCursor({ listeners, emit }: SignalsHost): void {
  let [x, y, dx, dy] = [0, 0, 0, 0];
  let turns: number[] = [];
  let quietUntil = 0;
  listeners.on<PointerEvent>(window, "mousemove", (event) => {
    const [stepX, stepY] = [event.clientX - x, event.clientY - y];
    if (Math.hypot(stepX, stepY) < STEP_PX) return;
    const now = event.timeStamp;
    if (stepX * dx + stepY * dy < 0 && !event.buttons) turns = [...turns.filter((at) => now - at < WITHIN_MS), now];
    [x, y, dx, dy] = [event.clientX, event.clientY, stepX, stepY];
    if (turns.length < TURNS || now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    emit({ k: "event", name: "$thrash", props: { turns: turns.length } });
  });
}
