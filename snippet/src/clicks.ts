/** Clicks and taps. */
import type { Click } from "./events";
import type { Listeners } from "./guarded";
import { label } from "./labels";
import { elementOf, spotOf } from "./spots";

/** A click on a label is followed at once by one on its field, which nobody made. */
const FOLLOWS_MS = 50;

export function start(listeners: Listeners, clicked: (click: Click, target: Element, event: PointerEvent) => void): void {
  let touched = false;
  let labelled: Element | null = null;
  let labelledAt = 0;
  listeners.on<PointerEvent>(window, "pointerdown", (event) => {
    touched = event.pointerType === "touch";
  });
  listeners.on<PointerEvent>(window, "click", (event) => {
    const target = event.isTrusted ? elementOf(event) : null;
    if (!target) return;
    if (target === labelled && event.timeStamp - labelledAt < FOLLOWS_MS) return;
    labelled = target.closest("label")?.control ?? null;
    labelledAt = event.timeStamp;
    // By the keyboard: no place, no detail.
    const pressed = !event.detail && !event.pointerType;
    const { element, el, fx, fy, b } = spotOf(target, pressed ? NaN : event.clientX, pressed ? NaN : event.clientY);
    const touch = event.pointerType ? event.pointerType === "touch" : touched && !pressed;
    clicked({ k: touch ? "tap" : "click", el, fx, fy, b, text: label(element) }, target, event);
  });
}
