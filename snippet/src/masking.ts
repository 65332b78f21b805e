/** What must not be sent as it is, by the attributes of `docs/privacy.md` and by what visitors type into. */

export const MASK = "[data-hw-mask]";
const UNMASK = "[data-hw-unmask]";
export const FIELDS = "input,textarea,select,[contenteditable]:not([contenteditable=false i]),[role=textbox]";
const BUTTON = /^(button|submit|reset|image)$/;

let strict = false;

/** Every text is masked from now on, but what the site opens. */
export function maskAll(all: boolean): void {
  strict = all;
}

/** The element around `element`, also out of shadow roots and frames of the same origin. */
export function above(element: Element): Element | null {
  const root = element.getRootNode() as Node & Partial<ShadowRoot>;
  try {
    return element.parentElement ?? root.host ?? (root as Node as Document).defaultView?.frameElement ?? null;
  } catch {
    return null;
  }
}

/** The nearest of `selector` from `element` up, also out of shadow roots and frames of the same origin. */
export function nearest(element: Element | null, selector: string): Element | null {
  for (let at = element; at; at = above(at)) {
    const found = at.closest(selector);
    if (found) return found;
    while (at.parentElement) at = at.parentElement;
  }
  return null;
}

/** A button by `<input>`: its value is its label, which the site has written. */
export const isButton = (element: Element): boolean => element.localName === "input" && BUTTON.test((element as HTMLInputElement).type);

/** Whether an element's text is masked; `opens`: whether the site's unmasking of a field holds. */
export function isMasked(element: Element | null, opens = (field: Element): boolean => !field.matches(FIELDS)): boolean {
  const found = nearest(element, `${MASK},${UNMASK},${FIELDS}`);
  if (!found) return strict || document.designMode === "on";
  if (found.matches(MASK)) return true;
  if (isButton(found)) return isMasked(above(found), opens);
  return found.matches(UNMASK) ? !opens(found) : true;
}

/** Whether nothing may be noted that happens in an element. */
export const isIgnored = (element: Element | null): boolean => !!nearest(element, "[data-hw-ignore]");

/** The element that is shown as an empty box, if `element` is in one. */
export const blocked = (element: Element | null): Element | null => nearest(element, "[data-hw-block]");
