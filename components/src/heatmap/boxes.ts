/** Where elements are on the rebuilt page, as far as they can be seen. CSS px of the page, from its top left corner. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The whole box of an element and the part of it that is not clipped away; null when nothing of it shows. */
export interface SeenBox {
  whole: Box;
  seen: Box;
}

export function boxOf(element: Element, page: Box): SeenBox | null {
  const { x, y, width, height } = element.getBoundingClientRect();
  if (width <= 0 || height <= 0 || !isShown(element)) return null;
  const whole = { x, y, width, height };
  let seen: Box | null = intersect(whole, page);
  const view = element.ownerDocument.defaultView;
  for (let above = parentOf(element); seen && view && above && above !== element.ownerDocument.documentElement; above = parentOf(above)) {
    if (above === element.ownerDocument.body) continue;
    const style = view.getComputedStyle(above);
    if (style.overflowX !== "visible" || style.overflowY !== "visible") {
      const clip = above.getBoundingClientRect();
      seen = intersect(seen, { x: clip.x, y: clip.y, width: clip.width, height: clip.height });
    }
    if (style.position === "fixed") break;
  }
  return seen && { whole, seen };
}

export function intersect(a: Box, b: Box): Box | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

export function contains(box: Box, x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
}

function isShown(element: Element): boolean {
  const checked = element as Element & { checkVisibility?: (options: object) => boolean };
  return checked.checkVisibility ? checked.checkVisibility({ visibilityProperty: true, checkVisibilityCSS: true }) : true;
}

function parentOf(element: Element): Element | null {
  const above = element.assignedSlot ?? element.parentNode;
  if (above instanceof element.ownerDocument.defaultView!.ShadowRoot) return above.host;
  return above?.nodeType === 1 ? (above as Element) : null;
}
