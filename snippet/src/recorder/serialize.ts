/**
 * Nodes as rrweb's events have them. Takes the place of rrweb's own: one look at a node costs a full snapshot of ten thousand
 * of them several times less, and what we never record is not asked for.
 */
import { genId, markCssSplits, onceIframeLoaded, onceStylesheetLoaded, stringifyStylesheet, transformAttribute } from "@rrweb/record";
import { LEFT_OUT, type Mirror } from "./mirror";
import { OPTIONS } from "./options";
import type { Attributes, Serialized } from "./redact";

export const DOCUMENT = 0;
const DOCTYPE = 1;
export const ELEMENT = 2;
const TEXT = 3;
const CDATA = 4;
const SVG = "http://www.w3.org/2000/svg";
const STYLESHEET_WAIT_MS = 5_000;
/** Attributes that may hold an address. */
const ADDRESSES = new Set(["src", "href", "xlink:href", "background", "srcset", "style", "data"]);
const SHEETS = new Set(["STYLE", "LINK"]);
/** They are scrolled over text alone. */
const SCROLLED = new Set(["TEXTAREA", "PRE"]);
const ODD_NAME = /[^a-z0-9-_:]/;

/** What rrweb hands along with a node. */
export interface Surroundings {
  doc: Document;
  mirror: Mirror;
  onSerialize(node: Node): void;
  onIframeLoad(iframe: HTMLIFrameElement, node: Serialized): void;
  onStylesheetLoad(link: HTMLLinkElement, node: Serialized): void;
  /** Of a node that was added: what is in it is told apart, and it has not been scrolled. */
  skipChild?: boolean;
  newlyAddedElement?: boolean;
  /** A stylesheet's text stands with its element. */
  cssCaptured?: boolean;
}

/** What asks for the layout, and is asked for at once, before the page changes it. */
export interface Measured {
  box?: DOMRect;
  left?: number;
  top?: number;
}

/** The browser's own: a form's fields may have any name, also of a property. */
const own = <T>(of: object, name: string): ((node: Node) => T) => {
  const get = Object.getOwnPropertyDescriptor(of, name)?.get;
  return get ? (node) => get.call(node) as T : (node) => (node as unknown as Record<string, T>)[name]!;
};
export const firstChild = own<Node | null>(Node.prototype, "firstChild");
export const nextSibling = own<Node | null>(Node.prototype, "nextSibling");
const parentNode = own<Node | null>(Node.prototype, "parentNode");
const tagOf = own<string>(Element.prototype, "tagName");
const openRoot = own<ShadowRoot | null>(Element.prototype, "shadowRoot");
const { getAttributeNames, getAttribute } = Element.prototype;

const tags = new Map<string, string>();
function tag(element: Element): string {
  const name = tagOf(element);
  let known = tags.get(name);
  if (!known) {
    known = name.toLowerCase();
    tags.set(name, (known = ODD_NAME.test(known) ? "div" : known));
  }
  return known;
}

export const isElement = (node: Node): node is Element => node.nodeType === 1;
export const shadowOf = (node: Node): ShadowRoot | null => (isElement(node) ? openRoot(node) : null);
const isBlocked = (element: Element): boolean => element.matches(OPTIONS.blockSelector!);

/** Whether what is in an element belongs to it as a box, or as its value. */
export const isClosed = (element: Element, place: Measured | null): boolean => !!place?.box || tagOf(element) === "TEXTAREA";

export const isSheet = (element: Element): boolean => SHEETS.has(tagOf(element));

/** Scripts, comments, and what a document says to machines. */
export function isLeftOut(node: Node): boolean {
  const type = node.nodeType;
  if (type === 3) return parentNode(node)?.nodeName === "HEAD" && !node.textContent!.trim();
  if (type !== 1) return type === 7 || type === 8;
  const name = tagOf(node);
  if (name === "META") return (node as HTMLMetaElement).name !== "color-scheme";
  if (name !== "LINK") return name === "SCRIPT";
  const { rel, as } = node as HTMLLinkElement;
  return !/\b(stylesheet|preload)\b/i.test(rel) || !/^(style)?$/.test(as);
}

/** An element's place on the page and in itself, as far as it is recorded. */
export function measured(element: Element): Measured | null {
  if (isBlocked(element)) return { box: element.getBoundingClientRect() };
  if (!element.firstElementChild && !SCROLLED.has(tagOf(element))) return null;
  const { scrollLeft, scrollTop } = element;
  return scrollLeft || scrollTop ? { left: scrollLeft, top: scrollTop } : null;
}

/** A node without its number and its children. `captured`: a stylesheet's text stands with its element. */
export function describe(node: Node, doc: Document, place: Measured | null, captured: boolean): Serialized {
  switch (node.nodeType) {
    case 9:
      return (node as Document).compatMode === "CSS1Compat" ? { type: DOCUMENT } : { type: DOCUMENT, compatMode: (node as Document).compatMode };
    case 10: {
      const { name, publicId, systemId } = node as DocumentType;
      return { type: DOCTYPE, name, publicId, systemId };
    }
    case 1:
      return describeElement(node as Element, doc, place);
    case 3: {
      const style = (parentNode(node) as Element | null)?.nodeName === "STYLE";
      const text = captured ? "" : (node.textContent ?? "");
      return { type: TEXT, textContent: style ? transformAttribute(doc, "", "style", text) : text };
    }
    default:
      return { type: CDATA, textContent: "" };
  }
}

function describeElement(element: Element, doc: Document, place: Measured | null): Serialized {
  const tagName = tag(element);
  const attributes: Attributes = {};
  const node: Serialized = { type: ELEMENT, tagName, attributes };
  if (element.namespaceURI === SVG) node.isSVG = true;
  if (shadowOf(element)) node.isShadowHost = true;
  if (tagName.includes("-") && customElements.get(tagName)) node.isCustom = true;
  if (place?.box) {
    const cls = element.getAttribute("class");
    if (cls !== null) attributes["class"] = cls;
    attributes["rr_width"] = `${place.box.width}px`;
    attributes["rr_height"] = `${place.box.height}px`;
    return node;
  }
  for (const name of getAttributeNames.call(element)) {
    const value = getAttribute.call(element, name)!;
    attributes[name] = ADDRESSES.has(name) ? transformAttribute(doc, tagName, name, value) : value;
  }
  if (place?.left) attributes["rr_scrollLeft"] = place.left;
  if (place?.top) attributes["rr_scrollTop"] = place.top;
  SPECIAL[tagName]?.(attributes, element as never);
  return node;
}

/** What an element is beyond its attributes. */
const SPECIAL: Record<string, (attributes: Attributes, element: never) => void> = {
  link(attributes, link: HTMLLinkElement) {
    const text = link.sheet && stringifyStylesheet(link.sheet);
    if (!text) return;
    delete attributes["rel"];
    delete attributes["href"];
    attributes["_cssText"] = text;
  },
  style(attributes, style: HTMLStyleElement) {
    const text = style.sheet && stringifyStylesheet(style.sheet);
    if (text) attributes["_cssText"] = style.childNodes.length > 1 ? markCssSplits(text, style) : text;
  },
  input: field,
  textarea: field,
  select: field,
  option(attributes) {
    delete attributes["selected"];
  },
  dialog(attributes, dialog: HTMLDialogElement) {
    if (dialog.open) attributes["rr_open_mode"] = dialog.matches(":modal") ? "modal" : "non-modal";
  },
  audio: media,
  video: media,
  iframe(attributes, frame: HTMLIFrameElement) {
    if (!frame.contentDocument) attributes["rr_src"] = attributes["src"];
    delete attributes["src"];
  },
};

function field(attributes: Attributes, element: HTMLInputElement): void {
  const { value, checked } = element;
  if (!/^(radio|checkbox|submit|button)$/.test(String(attributes["type"])) && value) attributes["value"] = OPTIONS.maskInputFn!(value, element);
  else if (checked) attributes["checked"] = checked;
}

function media(attributes: Attributes, element: HTMLMediaElement): void {
  delete attributes["autoplay"];
  if (attributes["poster"]) attributes["poster"] = (element as HTMLVideoElement).poster;
  attributes["rr_mediaState"] = element.paused ? "paused" : "played";
  attributes["rr_mediaCurrentTime"] = element.currentTime;
  attributes["rr_mediaPlaybackRate"] = element.playbackRate;
  attributes["rr_mediaMuted"] = element.muted;
  attributes["rr_mediaLoop"] = element.loop;
  attributes["rr_mediaVolume"] = element.volume;
}

/** The document that a node is in, if it is a frame's. */
export function rootOf({ doc, mirror }: Surroundings): number | undefined {
  const id = mirror.getId(doc);
  return id > 1 ? id : undefined;
}

/** What comes later: a frame's document, and the rules of a stylesheet that is still on its way. */
export function expectMore(node: Node, around: Surroundings): void {
  if (node.nodeName === "IFRAME") {
    const frame = node as HTMLIFrameElement;
    onceIframeLoaded(
      frame,
      () => {
        const doc = frame.contentDocument;
        const found = doc && serializeNodeWithId(doc, { ...around, doc, skipChild: false, newlyAddedElement: false });
        if (found) around.onIframeLoad(frame, found);
      },
      STYLESHEET_WAIT_MS,
    );
  } else if (node.nodeName === "LINK") {
    const link = node as HTMLLinkElement;
    if (link.rel !== "stylesheet") return;
    onceStylesheetLoaded(
      link,
      () => {
        const found = serializeNodeWithId(link, around);
        if (found) around.onStylesheetLoad(link, found);
      },
      STYLESHEET_WAIT_MS,
    );
  }
}

/** A node, with what is in it unless `skipChild`; null if it is left out. rrweb calls it for each node that is added. */
export function serializeNodeWithId(node: Node, options: Surroundings): Serialized | null {
  const { doc, mirror } = options;
  const rootId = rootOf(options);
  let id = mirror.getId(node);
  if (id === -1) id = isLeftOut(node) ? LEFT_OUT : genId();
  mirror.add(node, id);
  if (id === LEFT_OUT) return null;
  const place = !isElement(node) || (options.newlyAddedElement && !isBlocked(node)) ? null : measured(node);
  const found = describe(node, doc, place, !!options.cssCaptured);
  found.id = id;
  if (rootId) found.rootId = rootId;
  if (parentNode(node) instanceof ShadowRoot) found.isShadow = true;
  options.onSerialize(node);
  if (found.type === ELEMENT || found.type === DOCUMENT) found.childNodes = [];
  if (!options.skipChild && found.childNodes && !(isElement(node) && isClosed(node, place))) {
    const inside = { ...options, cssCaptured: typeof found.attributes?.["_cssText"] === "string" };
    for (const from of [node, shadowOf(node)]) {
      for (let child = from && firstChild(from); child; child = nextSibling(child)) {
        const inner = serializeNodeWithId(child, inside);
        if (inner) found.childNodes.push(inner);
      }
    }
  }
  expectMore(node, options);
  return found;
}
