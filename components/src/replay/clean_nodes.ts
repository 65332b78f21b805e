/**
 * Recorded nodes as they may be rebuilt: of known types, with names that a document takes, of bounded depth, and with
 * clean attributes. Nodes keep their tag, so that `tag:nth-of-type(n)` still names the same element.
 */
import { cleanAttributes, type Cleaning } from "./clean_attributes";
import { isNumber, isObject, NODE, type JsonObject, type RecordedNode } from "./recorded";

const TAG = /^[a-z][\w:.-]*$/i;
const CUSTOM_TAG = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
const RESERVED_TAGS = /^(annotation-xml|color-profile|font-face(-src|-uri|-format|-name)?|missing-glyph)$/;
const SHADOW_HOSTS = /^(article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span)$/;
const DEEPEST = 400; // the rebuild is recursive; real pages stay below 100

/** What has been learnt of the nodes of the document that is being built, by id. */
export type Tags = Map<number, string>;

/** A clean copy of `node`, or null when nothing of it can be used. */
export function cleanNode(node: unknown, cleaning: Cleaning, tags: Tags, parent = "", depth = 0, named = false): RecordedNode | null {
  if (!isObject(node) || !isId(node["id"]) || depth > DEEPEST || !cleaning.limits.node()) return null;
  const id = node["id"];
  const shared = { id, ...(isNumber(node["rootId"]) ? { rootId: node["rootId"] } : {}), ...(node["isShadow"] === true ? { isShadow: true } : {}) };
  switch (node["type"]) {
    case NODE.Document: {
      if (depth > 0) return null;
      const children = documentChildren(node, cleaning, tags);
      const quirks = node["compatMode"] === "BackCompat" && children[0]?.type === NODE.Element;
      return { ...shared, type: NODE.Document, childNodes: children, ...(quirks ? { compatMode: "BackCompat" } : {}) };
    }
    case NODE.DocumentType:
      return depth === 1 || parent === "" ? { ...shared, type: NODE.DocumentType, name: "html", publicId: text(node["publicId"]), systemId: text(node["systemId"]) } : null;
    case NODE.Element:
      return element(node, shared, cleaning, tags, depth, named);
    case NODE.Text:
    case NODE.Cdata: {
      const style = parent === "style" || node["isStyle"] === true;
      const content = text(node["textContent"]);
      return { ...shared, type: NODE.Text, textContent: style ? cleaning.css(content) : cleaning.limits.text(content), ...(style ? { isStyle: true } : {}) };
    }
    case NODE.Comment:
      return { ...shared, type: NODE.Comment, textContent: "" };
    default:
      return null;
  }
}

function element(node: JsonObject, shared: { id: number }, cleaning: Cleaning, tags: Tags, depth: number, within: boolean): RecordedNode {
  const given = text(node["tagName"]);
  const tagName = TAG.test(given) ? given : "div";
  const tag = tagName.toLowerCase();
  tags.set(shared.id, tag);
  const recorded = isObject(node["attributes"]) ? node["attributes"] : {};
  const named = node["isSVG"] === true && (within || "id" in recorded);
  if (named) cleaning.limits.named.add(shared.id);
  const attributes = cleanAttributes(tag, recorded, cleaning, "element", named);
  const custom = CUSTOM_TAG.test(tagName) && !RESERVED_TAGS.test(tagName);
  return {
    ...shared,
    type: NODE.Element,
    tagName,
    attributes,
    childNodes: children(node, cleaning, tags, tag, depth, named),
    ...(node["isSVG"] === true ? { isSVG: true } : {}),
    ...(node["isCustom"] === true && custom ? { isCustom: true } : {}),
    ...(node["isShadowHost"] === true && (custom || SHADOW_HOSTS.test(tag)) ? { isShadowHost: true } : {}),
  };
}

function children(node: JsonObject, cleaning: Cleaning, tags: Tags, parent: string, depth: number, named = false): RecordedNode[] {
  const given = Array.isArray(node["childNodes"]) ? node["childNodes"] : [];
  return given.map((child) => cleanNode(child, cleaning, tags, parent, depth + 1, named)).filter((child) => child !== null);
}

/** A document takes one doctype, then one root element; anything else beside them would stop the rebuild. */
function documentChildren(node: JsonObject, cleaning: Cleaning, tags: Tags): RecordedNode[] {
  const every = children(node, cleaning, tags, "", 0);
  const root = every.findIndex((child) => child.type === NODE.Element);
  const doctype = every.findIndex((child, index) => child.type === NODE.DocumentType && index < root);
  return every.filter((child, index) => index === root || index === doctype || child.type === NODE.Comment);
}

/** rrweb counts from 1; 0 and what is no whole number would name something of its own, or nothing. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
