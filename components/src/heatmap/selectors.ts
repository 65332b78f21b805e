/**
 * Elements by the names that the tracker gives them (docs/protocol.md): the nearest stable id, then
 * `tag:nth-of-type(n)` steps joined by ` > `; ` >>> ` steps into a shadow root. A name without an id begins at the top.
 */

const STEP_INTO_SHADOW = " >>> ";

/** The element of `page` that `selector` names, or null. Never throws: selectors come from outside. */
export function resolve(selector: string, page: Document): Element | null {
  let root: Document | ShadowRoot = page;
  let found: Element | null = null;
  for (const [index, part] of selector.split(STEP_INTO_SHADOW).entries()) {
    if (index > 0) {
      const shadow: ShadowRoot | null = found?.shadowRoot ?? null;
      if (!shadow) return null;
      root = shadow;
    }
    found = first(root, part.trim());
    if (!found) return null;
  }
  return found;
}

function first(root: Document | ShadowRoot, path: string): Element | null {
  const anchored = path.startsWith("#") || /^(html|body)\b/i.test(path);
  const candidates = query(root, path);
  if (anchored) return candidates[0] ?? null;
  // Without an id the first step is a child of the body or of the shadow root; deeper matches are other elements.
  const depth = path.split(" > ").length;
  const top: Node | null = "body" in root ? root.body : root;
  return candidates.find((element) => ancestor(element, depth) === top) ?? null;
}

function query(root: Document | ShadowRoot, path: string): Element[] {
  try {
    return [...root.querySelectorAll(path)];
  } catch {
    return [];
  }
}

function ancestor(element: Element, steps: number): Node | null {
  let node: Node | null = element;
  for (let step = 0; step < steps; step++) node = node?.parentNode ?? null;
  return node;
}
