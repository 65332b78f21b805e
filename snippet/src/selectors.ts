/**
 * Elements by name: the nearest id that looks stable, then `tag:nth-of-type(n)` steps; ` >>> ` steps into a shadow root. Names
 * without an id begin at the body, in a shadow root at its top.
 */
import { above } from "./masking";

const LONGEST = 1_000;
const GENERATED = /^(radix|headlessui|react|mui|ember|cdk|mat|ng)-|\d{3}|[^\w-]/i;

/** Whether an id will be the same at the next visit: no counter or hash of a framework. */
export function looksStable(id: string): boolean {
  return id.length < 41 && /^[a-z]/i.test(id) && !GENERATED.test(id) && !/(?=\w*\d)(?=\w*[a-z])\w{12}/i.test(id);
}

function step(element: Element): string {
  let nth = 1;
  for (let other = element.previousElementSibling; other; other = other.previousElementSibling) {
    if (other.localName === element.localName) nth++;
  }
  return `${CSS.escape(element.localName)}:nth-of-type(${nth})`;
}

/** Path of `element` within its document or shadow root. */
function within(element: Element): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  const steps: string[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (at === document.documentElement || at === document.body) {
      steps.unshift(at.localName);
      break;
    }
    if (at.id && looksStable(at.id) && root.getElementById(at.id) === at) {
      steps.unshift(`#${CSS.escape(at.id)}`);
      break;
    }
    steps.unshift(step(at));
  }
  return steps.join(" > ");
}

export function selectorOf(element: Element): string {
  const host = (element.getRootNode() as ShadowRoot).host as Element | undefined;
  return (host ? `${selectorOf(host)} >>> ` : "") + within(element);
}

/** `element`, or the nearest above it whose name is short enough, with that name. */
export function named(element: Element): [Element, string] {
  const name = selectorOf(element);
  return name.length <= LONGEST ? [element, name] : named(above(element)!);
}
