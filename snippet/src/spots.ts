/** Where on an element something happened. */
import { blocked, isIgnored } from "./masking";
import { named } from "./selectors";

export interface Spot {
  element: Element;
  el: string;
  fx: number;
  fy: number;
  /** x, y, width, height on the page, CSS px. */
  b: [number, number, number, number];
}

/** The element that an event is about: through shadow roots, whole drawings instead of their strokes. Null: leave it alone. */
export function elementOf(event: Event): Element | null {
  const first = event.composedPath()[0] as Node | undefined;
  let element = first?.nodeType === 1 ? (first as Element) : (first?.parentElement ?? (first === document ? document.documentElement : null));
  if (!element || isIgnored(element)) return null;
  for (let drawing = (element as SVGElement).ownerSVGElement; drawing; drawing = drawing.ownerSVGElement) element = drawing;
  return blocked(element) ?? element;
}

const fraction = (part: number, whole: number): number => (whole > 0 && part === part ? Math.max(0, Math.min(10_000, Math.round((part / whole) * 10_000))) : 5_000);

/** `x`, `y`: of the viewport; NaN: the middle of the element. */
export function spotOf(target: Element, x: number, y: number): Spot {
  const [element, el] = named(target);
  const { left, top, width, height } = element.getBoundingClientRect();
  return {
    element,
    el,
    fx: fraction(x - left, width),
    fy: fraction(y - top, height),
    b: [Math.round(left + scrollX), Math.round(top + scrollY), Math.round(width), Math.round(height)],
  };
}
