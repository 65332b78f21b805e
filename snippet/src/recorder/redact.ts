/**
 * The second look at what rrweb hands out, before it is kept: masks what lies in masked elements, also through shadow roots and
 * frames where a selector alone does not reach; takes out addresses' secrets, copies of what was typed, and what a replay never needs.
 */
import { cleanAddress } from "../addresses";
import { MASK, maskAll, nearest } from "../masking";
import type { RecordingHost } from "../recording_host";
import { isHidden } from "./fields";
import { stars } from "./options";
import { cssTold, withoutPersonal } from "./personal";

export type Attributes = Record<string, unknown>;

/** rrweb's serialized node. */
export interface Serialized {
  id?: number;
  type: number;
  tagName?: string;
  textContent?: string;
  attributes?: Attributes;
  childNodes?: Serialized[];
  rootId?: number;
  isSVG?: true;
  isCustom?: true;
  isShadow?: true;
  isShadowHost?: true;
  name?: string;
  publicId?: string;
  systemId?: string;
  compatMode?: string;
}

/** Whether the text in an element is masked; or that it is a stylesheet's. */
export type Inside = boolean | "style";

interface Mutation {
  source: 0;
  texts: { id: number; value: string | null }[];
  attributes: { id: number; attributes: Attributes }[];
  adds: { parentId: number; node: Serialized }[];
}

export interface Recorded {
  type: number;
  timestamp: number;
  data: unknown;
}

export interface Nodes {
  getNode(id: number): Node | null;
}

const MARKED = `${MASK},[data-hw-unmask]`;
const TEXT = 3;
const INCREMENTAL = 3;
const META = 4;
const MUTATION = 0;
const INTERACTION = 2;
const INPUT = 5;
/** rrweb's StyleSheetRule, StyleDeclaration and AdoptedStyleSheet. */
const STYLED = new Set([8, 13, 15]);
const TOLD = /^(title|alt|placeholder|label|summary|content|data-.*|aria-(label|description|valuetext|valuenow|placeholder|roledescription))$/;
const LINK = /^(a|area|form|button|input|iframe|base)$/;
const ADDRESS = /^(href|action|formaction|src|rr_src|ping)$/;
const NEVER = /^(on.*|nonce|srcdoc|integrity)$/;
/** Of a picture or a font in an attribute; it would be sent with every page view. */
const LARGEST_DATA = 200_000;
const EMPTY_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
/** A link in which nothing can hide: short words, and places on the page. */
const PLAIN_PATH = /^[#/]?[\w./-]{0,60}$/;
const LONG_WORD = /\w{15}|\d{7}/;
const UNMASKED_VALUE = /^(option|button|li|progress|meter|data|param)$/;

export class Redactor {
  private readonly strict: boolean;

  constructor(
    private readonly host: RecordingHost,
    private readonly nodes: Nodes,
  ) {
    this.strict = host.privacy === "strict";
    maskAll(this.strict);
  }

  /** `event` as it may be sent, changed in place; null if nothing of it may. */
  redact(event: Recorded): Recorded | null {
    const data = event.data as { source?: number; id?: number; href?: string; node?: Serialized; text?: string };
    if (event.type === META) data.href = cleanAddress(data.href ?? "", this.host.kept);
    else if (event.type === INCREMENTAL) return this.incremental(event, data);
    return event;
  }

  private incremental(event: Recorded, data: { source?: number; id?: number; text?: string; node?: Serialized }): Recorded | null {
    if (data.source === MUTATION) {
      const mutation = data as unknown as Mutation;
      this.mutation(mutation);
    } else if (data.source === INPUT) {
      const element = this.element(data.id!);
      if (!element || this.isOut(element)) return null;
      if (/^(checkbox|radio)$/.test((element as HTMLInputElement).type)) data.text = "";
    } else if (STYLED.has(data.source!)) {
      this.styled(data);
    } else if (data.source === INTERACTION && nearest(this.element(data.id!), "[data-hw-ignore]")) {
      return null;
    }
    return event;
  }

  /** Rules and declarations that scripts have set. */
  private styled(part: object): void {
    for (const [name, value] of Object.entries(part)) {
      if (typeof value === "string") (part as Attributes)[name] = name === "value" ? this.told(value) : cssTold(value, this.told);
      else if (value && typeof value === "object") this.styled(value);
    }
  }

  private mutation(mutation: Mutation): void {
    mutation.texts = mutation.texts.filter((text) => {
      const element = this.element(text.id);
      if (!element || this.isBlocked(element)) return false;
      if (text.value) text.value = element.localName === "style" ? cssTold(text.value, this.told) : this.text(text.value, this.isMasked(element));
      return true;
    });
    mutation.attributes = mutation.attributes.filter((change) => {
      const element = this.element(change.id);
      if (!element || this.isInsideBlocked(element)) return false;
      this.attributes(change.attributes, element.localName, this.isMasked(element), element);
      return true;
    });
    mutation.adds = mutation.adds.filter(({ parentId, node }) => {
      const parent = this.element(parentId);
      if (parent && this.isBlocked(parent)) return false;
      this.tree(node, !parent || (node.tagName === "option" ? this.isMarked(parent) : this.isMasked(parent)));
      return true;
    });
  }

  private tree(node: Serialized, around: Inside): void {
    const inside = this.node(node, around);
    node.childNodes?.forEach((child) => this.tree(child, inside));
  }

  /** A node without what is in it, changed in place; what holds for that. */
  node(node: Serialized, around: Inside = this.strict): Inside {
    if (node.type === TEXT) {
      const text = node.textContent;
      if (text) node.textContent = around === "style" ? cssTold(text, this.told) : this.text(text, around);
      return around;
    }
    const attributes = node.attributes;
    let inner = around;
    if (attributes) {
      if ("data-hw-mask" in attributes || isEditable(attributes)) inner = !("data-hw-unmask" in attributes) || "data-hw-mask" in attributes;
      else if ("data-hw-unmask" in attributes) inner = false;
      this.attributes(attributes, node.tagName!, inner === true, null);
    }
    return node.tagName === "style" ? "style" : inner;
  }

  private text(text: string, masked: boolean): string {
    return masked ? text.replace(/\S/g, "*") : this.told(text);
  }

  /** The page's words without what was typed, and without what looks personal unless the site is open about it. */
  private readonly told = (text: string): string => {
    const told = this.host.withoutTyped(text);
    return this.host.privacy === "open" ? told : withoutPersonal(told);
  };


  private attributes(attributes: Attributes, tag: string, masked: boolean, element: Element | null): void {
    for (const name in attributes) {
      const value = attributes[name];
      if (name === "class") continue;
      if (typeof value === "string" && value.length > LARGEST_DATA && value.startsWith("data:")) attributes[name] = EMPTY_PICTURE;
      else if (NEVER.test(name) || (name === "selected" && tag === "option" && element)) delete attributes[name];
      else if (typeof value !== "string") continue;
      else if (name === "_cssText" || name === "style") attributes[name] = cssTold(value, this.told);
      else if (name === "value") this.value(attributes, tag, masked, value);
      else if (ADDRESS.test(name) && LINK.test(tag)) attributes[name] = this.link(value);
      else if (TOLD.test(name) && !name.startsWith("data-hw-")) attributes[name] = masked ? stars(value, false) : this.told(value);
    }
  }

  private value(attributes: Attributes, tag: string, masked: boolean, value: string): void {
    // rrweb leaves the attribute of a field that is empty now, and does not know custom elements as fields.
    const type = attributes["type"];
    const isLabel = tag === "input" && /^(button|submit|reset|checkbox|radio)$/i.test(String(type));
    if (masked || (tag.includes("-") && !isLabel)) attributes["value"] = stars(value, false);
    else if (UNMASKED_VALUE.test(tag) || isLabel) attributes["value"] = this.told(value);
  }

  private link(value: string): string {
    if (PLAIN_PATH.test(value) && !LONG_WORD.test(value)) return value;
    if (/^(mailto|tel|sms|javascript|data):/i.test(value)) return "#";
    return cleanAddress(value, this.host.kept, document.baseURI) || "#";
  }

  private element(id: number): Element | null {
    const node = this.nodes.getNode(id);
    if (!node) return null;
    if (node.nodeType === 1) return node as Element;
    return node.parentElement ?? ((node.getRootNode() as ShadowRoot).host as Element | undefined) ?? (node as Document).documentElement ?? null;
  }

  private isMasked(element: Element): boolean {
    // What can be chosen is the page's own, what is chosen is not.
    return element.localName === "option" ? this.isMarked(element) : isHidden(element);
  }

  private isMarked(element: Element): boolean {
    return nearest(element, MARKED)?.matches(MASK) ?? this.strict;
  }

  private isBlocked(element: Element): boolean {
    return !!nearest(element, "[data-hw-block]");
  }

  private isInsideBlocked(element: Element): boolean {
    const found = nearest(element, "[data-hw-block]");
    return !!found && found !== element;
  }

  private isOut(element: Element): boolean {
    return !!nearest(element, "[data-hw-ignore],[data-hw-block]");
  }
}

const isEditable = (attributes: Attributes): boolean =>
  attributes["role"] === "textbox" || ("contenteditable" in attributes && String(attributes["contenteditable"]).toLowerCase() !== "false");
