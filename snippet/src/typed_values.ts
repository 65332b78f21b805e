/**
 * What the visitor has typed lately, so that it is recognised where the page shows it again: in a preview, in an attribute, in a
 * title. Kept in memory only.
 */
import { HIDDEN } from "./addresses";
import type { Listeners } from "./guarded";
import { isButton, isMasked } from "./masking";

const SHORTEST = 4;
const MOST = 100;
/** Of what a field held while it was being filled: what shows it again may lag behind. */
const STEPS = 4;
/** The latest last. */
const values: string[] = [];

function remember(value: string): void {
  const text = value.trim();
  if (text.length < SHORTEST || values.includes(text)) return;
  const step = values[values.length - STEPS];
  if (step && text.startsWith(step)) values.splice(-STEPS, 1);
  values.push(text);
  if (values.length > MOST) values.shift();
}

/** `text` with `***` for everything in it that was typed. */
export function withoutTyped(text: string): string {
  if (text.length >= SHORTEST) {
    for (let at = values.length; at--; ) text = text.split(values[at]!).join(HIDDEN);
  }
  return text;
}

export function start(listeners: Listeners): void {
  const look = (event: Event): void => {
    const element = event.composedPath()[0] as HTMLInputElement | undefined;
    if (!element?.matches || element.localName === "select" || /^(checkbox|radio)$/.test(element.type) || isButton(element)) return;
    if (isMasked(element)) remember(element.value ?? element.textContent ?? "");
  };
  listeners.on(window, "input", look);
  listeners.on(window, "change", look);
}
