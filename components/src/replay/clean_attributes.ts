/**
 * Recorded attributes without what runs, loads, submits or navigates.
 *
 * rrweb's own `rr_…` attributes are kept where they only carry a size, a scroll position or a picture.
 */
import { isNumber, type Json, type JsonObject } from "./recorded";
import type { Limits } from "./limits";
import { allowsImage, placeOf, sheetIn, type LoadPolicy } from "./policy";

export interface Cleaning {
  policy: LoadPolicy;
  css: (css: string) => string;
  /** For media conditions. */
  media: (condition: string) => string;
  /** Of the page that is being built. */
  limits: Limits;
}

const DROPPED = new Set([
  "action allow archive autofocus autoplay challenge cite classid codebase csp data download formaction http-equiv",
  "imagesrcset is longdesc manifest nonce ping profile referrerpolicy sandbox srcdoc target rr_src",
  "rr_mediastate rr_mediacurrenttime rr_mediaplaybackrate rr_mediamuted rr_medialoop rr_mediavolume",
].join(" ").split(" "));
const PICTURES = new Set(["img", "input", "image", "feimage"]);
const ANIMATIONS = new Set(["animate", "animatemotion", "animatetransform", "set"]);
const PAINTS = /^(fill|stroke|filter|mask|cursor|clip-path|marker(-start|-mid|-end)?)$/;
const VALID_NAME = /^[a-z_:@][\w:.@-]*$/i;
const BETWEEN_CANDIDATES = /,\s|(?<=\s[\d.]{1,9}[wx]),/;
const LONGEST_CANDIDATE = 4_000;
const CSS_SIZE = /^-?[\d.]+(px|%|em|rem)?$/;

const SHOWN_AGAIN = /^(g|symbol|defs|svg|use|pattern|mask|clippath|marker|filter|switch|text|image|path|rect|circle|a)$/;
const LONGEST = 8_000_000; // characters of a value: a picture as data

/**
 * `attributes` of an element `tag` (lower case) as they may be rebuilt: all of it, or what changed of them.
 * `named`: it, or what it lies in, could be shown again by other parts of an SVG.
 */
export function cleanAttributes(tag: string, attributes: JsonObject, cleaning: Cleaning, of: "element" | "change" = "element", named = false): JsonObject {
  const kept: JsonObject = {};
  const animatesLinks = ANIMATIONS.has(tag) && /href|^on/i.test(String(attributes["attributeName"] ?? ""));
  for (const [name, value] of Object.entries(attributes)) {
    const lower = name.toLowerCase();
    if (!VALID_NAME.test(name) || lower.startsWith("on") || DROPPED.has(lower)) continue;
    if (animatesLinks && /^(attributename|to|from|by|values)$/.test(lower)) continue;
    if (tag === "meta" && lower === "content") continue;
    // A name that comes later would let what is drawn already be drawn within itself, many times over.
    if (of === "change" && lower === "id" && SHOWN_AGAIN.test(tag) && value !== null) continue;
    if (named && showsAnother(tag, lower, value) && !cleaning.limits.nest()) continue;
    if (SPANS.has(lower) && !(Number(value) <= WIDEST_SPAN)) continue;
    const cleaned = cleanValue(tag, lower, value, cleaning);
    const sheet = tag === "link" && lower === "href" && typeof cleaned === "string" ? sheetIn(cleaned) : null;
    // An exported stylesheet is cleaned like one that was read when it was recorded.
    if (sheet !== null) kept["_cssText"] = cleaning.css(sheet);
    else if (cleaned !== undefined) kept[name] = cleaned;
    else if (tag === "img" && lower === "src") kept["data-hw-missing"] = "";
  }
  return tag === "canvas" && of === "element" ? asPicture(kept) : kept;
}

const SPANS = new Set(["colspan", "rowspan", "span"]);
const WIDEST_SPAN = 200;

function showsAnother(tag: string, name: string, value: Json | undefined): boolean {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return /^(xlink:)?href$/.test(name) ? tag === "use" || tag === "feimage" || tag === "pattern" : /url\(\s*["']?#/i.test(text);
}

/** One attribute's value, or undefined when it has to go. `name` in lower case. */
function cleanValue(tag: string, name: string, value: Json | undefined, cleaning: Cleaning): Json | undefined {
  if (value === null) return null;
  if (name === "style") return cleanStyle(value, cleaning);
  if (name.startsWith("rr_scroll")) return isNumber(value) ? value : undefined;
  if (name === "rr_width" || name === "rr_height") return CSS_SIZE.test(String(value)) ? value : undefined;
  if (typeof value !== "string") return typeof value === "boolean" || isNumber(value) ? value : undefined;
  if (value.length > LONGEST) return undefined;
  switch (name) {
    case "_csstext":
      return cleaning.css(value);
    case "media":
      return cleaning.media(value.length > 2_000 ? cleaning.limits.text(value) : value);
    case "href":
    case "xlink:href":
      // A link keeps its look (:link) and goes nowhere; not even its host is looked up ahead of a click.
      if (tag === "a" || tag === "area") return "#";
      if (PICTURES.has(tag)) return picture(value, cleaning.policy);
      if (tag === "link" || tag === "use") return placeOf(value, cleaning.policy, (url) => url.startsWith("#")) ?? undefined;
      return value.startsWith("#") ? value : undefined;
    case "src":
    case "rr_dataurl":
      return PICTURES.has(tag) || (tag === "canvas" && name !== "src") ? picture(value, cleaning.policy) : undefined;
    case "srcset":
      return tag === "img" || tag === "source" ? pictureSet(value, cleaning.policy) : undefined;
    case "poster":
    case "background":
      return picture(value, cleaning.policy);
    case "rr_open_mode":
      return value === "modal" || value === "non-modal" ? value : undefined;
  }
  if (/^\s*(javascript|vbscript|data:text)/i.test(value) || name.startsWith("rr_")) return undefined;
  return PAINTS.test(name) ? cleaning.css(value) : value.length > 2_000 ? cleaning.limits.text(value) : value;
}

const picture = (url: string, policy: LoadPolicy): string | undefined => placeOf(url, policy, allowsImage) ?? undefined;

/** Of the pictures to choose from, those that are stored. */
function pictureSet(value: string, policy: LoadPolicy): string | undefined {
  const kept: string[] = [];
  for (const candidate of value.split(BETWEEN_CANDIDATES)) {
    if (candidate.length > LONGEST_CANDIDATE) continue;
    const [url = "", size = ""] = candidate.trim().split(/\s+/);
    const place = placeOf(url.replace(/,+$/, ""), policy, () => false);
    if (place) kept.push(/^[\d.]{1,9}[wx]$/.test(size) ? `${place} ${size}` : place);
  }
  return kept.length ? kept.join(", ") : undefined;
}

/** An inline style: text, or what changed of it as {property: value | [value, priority] | false}. */
function cleanStyle(value: Json | undefined, cleaning: Cleaning): Json | undefined {
  if (typeof value === "string") return cleaning.css(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const kept: JsonObject = {};
  for (const [property, change] of Object.entries(value)) {
    if (change === false) kept[property] = false;
    else if (typeof change === "string") kept[property] = cleaning.css(change);
    else if (Array.isArray(change) && typeof change[0] === "string") kept[property] = [cleaning.css(change[0]), String(change[1] ?? "")];
  }
  return kept;
}

/** Browsers paint no canvas in a frame without scripts: its recorded picture becomes its background. */
function asPicture(attributes: JsonObject): JsonObject {
  const { rr_dataURL: picture, style, ...rest } = attributes;
  const size = ["width", "height"].map((side, index) => {
    const length = Number(attributes[side]);
    return `--hw-${side}:${length > 0 && length < 20_000 ? length : index ? 150 : 300}`;
  });
  const background = typeof picture === "string" ? `;background-image:url("${picture.replace(/["\\\n]/g, "")}")` : "";
  return { ...rest, style: `${size.join(";")}${background};${typeof style === "string" ? style : ""}` };
}
