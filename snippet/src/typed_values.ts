/**
 * What the visitor has typed lately, so that it is recognised where the page shows it again: in a preview, in an attribute, in a
 * title. Kept in memory only.
 */
import { HIDDEN } from "./addresses";
import { Listeners } from "./guarded";
import { isButton, isMasked } from "./masking";

const SHORTEST = 4;
const MOST = 40;
const values: string[] = [];

export function remember(value: string): void {
  const text = value.trim();
  if (text.length < SHORTEST || values.includes(text)) return;
  values.push(text);
  values.sort((a, b) => b.length - a.length);
  if (values.length > MOST) values.pop();
}

/** `text` with `***` for everything in it that was typed. */
export function withoutTyped(text: string): string {
  if (text.length >= SHORTEST) {
    for (const value of values) if (text.includes(value)) text = text.split(value).join(HIDDEN);
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
