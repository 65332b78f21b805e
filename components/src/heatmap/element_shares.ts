/** The elements of a map with their part of it, and where they are on the page. */
import { isNumber, isObject } from "../replay/recorded";
import { boxOf, type Box } from "./boxes";
import { resolve } from "./selectors";

export interface ElementShare {
  selector: string;
  text: string;
  count: number;
  /** 0 to 1. */
  share: number;
}

export interface FoundElement extends ElementShare {
  element: Element;
  box: Box;
}

/** The component's `elements`, whatever they hold. */
export function readElements(given: unknown): ElementShare[] {
  return (Array.isArray(given) ? given : []).flatMap((item: unknown) =>
    isObject(item) && typeof item["selector"] === "string" && isNumber(item["count"])
      ? [{ selector: item["selector"], text: String(item["text"] ?? ""), count: item["count"], share: isNumber(item["share"]) ? item["share"] : 0 }]
      : [],
  );
}

/** Those that show on the page, most used first. */
export function findElements(elements: ElementShare[], page: Document, bounds: Box): FoundElement[] {
  return elements
    .flatMap((item) => {
      const element = resolve(item.selector, page);
      const box = element && boxOf(element, bounds);
      return element && box ? [{ ...item, element, box: box.seen }] : [];
    })
    .sort((a, b) => b.count - a.count);
}

/** The innermost of `found` that holds the point: what a click there would be counted on. */
export function elementAt(found: FoundElement[], page: Document, x: number, y: number): FoundElement | null {
  const known = new Map(found.map((item) => [item.element, item]));
  let element: Element | null = deepest(page, x, y);
  while (element) {
    const item = known.get(element);
    if (item) return item;
    const above: Node | null = element.parentNode;
    element = above && "host" in above ? (above as ShadowRoot).host : element.parentElement;
  }
  return null;
}

function deepest(page: Document, x: number, y: number): Element | null {
  let element = page.elementFromPoint(x, y);
  for (let inner = element?.shadowRoot?.elementFromPoint(x, y); inner && inner !== element; inner = element?.shadowRoot?.elementFromPoint(x, y)) element = inner;
  return element;
}
