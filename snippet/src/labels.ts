/** What an element says, for lists of elements: the site's own words, without what visitors typed. */
import { EMAIL, HIDDEN } from "./addresses";
import { blocked, isButton, isMasked } from "./masking";
import { clip } from "./text";
import { withoutTyped } from "./typed_values";

const LONGEST = 80;
const MOST_TEXTS = 40;

/** `text` without e-mail addresses, long numbers and what was typed, on one line. */
export function scrubbed(text: string, limit: number): string {
  const told = withoutTyped(text).replace(/\s+/g, " ").trim();
  return clip(told.replace(EMAIL, HIDDEN).replace(/(\d[ -]?){8,}\d/g, HIDDEN), limit);
}

export function label(element: Element): string {
  if (isMasked(element) || blocked(element)) return "";
  const named = element.getAttribute("aria-label") ?? element.getAttribute("alt");
  return scrubbed(named || (isButton(element) ? (element as HTMLInputElement).value : textOf(element)), LONGEST);
}

function textOf(element: Element): string {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let seen = 0; seen < MOST_TEXTS && text.length < LONGEST && walker.nextNode(); seen++) {
    const node = walker.currentNode as Text;
    const parent = node.parentElement;
    if (!node.data.trim() || !parent || /^(script|style|noscript|option)$/.test(parent.localName)) continue;
    if (!isMasked(parent) && !blocked(parent)) text += ` ${node.data.slice(0, 4 * LONGEST)}`;
  }
  return text;
}
