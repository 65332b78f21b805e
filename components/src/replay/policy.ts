/**
 * What a replayed page may load: nothing but pictures and fonts that are part of the recording or lie in our own asset
 * store. The frame's Content-Security-Policy enforces it; cleaning the events (`clean.ts`) comes before it, so that
 * either alone would hold.
 */

import { isObject } from "./recorded";

export interface LoadPolicy {
  /** Absolute URL prefix of stored page assets, ending in "/"; empty: none may be loaded. */
  assets: string;
  /** Where what lies at the recording's addresses is to be had: a place below `assets`, or itself as `data:`; by address without its fragment. */
  stored?: ReadonlyMap<string, string>;
}

const STORED_NAME = /^[0-9a-f]{32,64}\.[a-z0-9]{2,5}$/;

/** What an answer's `assets` tells, {address: name}, or {address: data} in an exported recording: as `LoadPolicy.stored`. */
export function storedPlaces(policy: LoadPolicy, told: unknown): Map<string, string> {
  const places = new Map<string, string>();
  for (const [address, named] of Object.entries(isObject(told) ? told : {})) {
    if (typeof named !== "string") continue;
    if (policy.assets && STORED_NAME.test(named)) places.set(address, policy.assets + named);
    else if (DATA_IMAGE.test(named) || DATA_FONT.test(named) || DATA_SHEET.test(named)) places.set(address, named);
  }
  return places;
}

/** `policy` with what an answer's `assets` tells. */
export function withStored(policy: LoadPolicy, told: unknown): LoadPolicy {
  return { ...policy, stored: storedPlaces(policy, told) };
}

/** Where a recorded address is to be had: itself if it is part of the recording, a place in the asset store, or null. */
export function placeOf(url: string, policy: LoadPolicy, allows: (url: string, policy: LoadPolicy) => boolean): string | null {
  const [whole = "", ...fragment] = url.trim().split("#");
  const place = policy.stored?.get(whole);
  if (place) return [place, ...fragment].join("#");
  return allows(url, policy) ? url : null;
}

/** The policy for a component's `assetsUrl`, resolved against the dashboard's own address. */
export function loadPolicy(assetsUrl: string | undefined, base: string): LoadPolicy {
  if (!assetsUrl) return { assets: "" };
  try {
    const url = new URL(assetsUrl, base);
    const plain = url.protocol === "http:" || url.protocol === "https:";
    return { assets: plain && !/[\s;,'"]/.test(url.href) ? `${url.origin}${url.pathname.replace(/\/?$/, "/")}` : "" };
  } catch {
    return { assets: "" };
  }
}

const DATA_IMAGE = /^data:image\/(png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)[;,]/i;
const DATA_FONT = /^data:(font\/|application\/(x-)?font|application\/vnd\.ms-fontobject|application\/octet-stream)/i;
const DATA_SHEET = /^data:text\/css;base64,([\w+/=]*)$/;

/** The text of a stylesheet that is part of an exported recording; null of any other place. */
export function sheetIn(place: string): string | null {
  const base64 = DATA_SHEET.exec(place)?.[1];
  if (base64 === undefined) return null;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)));
  } catch {
    return "";
  }
}

/** Whether `url` is a picture that the frame may show. */
export function allowsImage(url: string, policy: LoadPolicy): boolean {
  return DATA_IMAGE.test(url) || fromAssets(url, policy);
}

/** Whether a stylesheet may name `url`: a picture, a font or a part of the same document. */
export function allowsInCss(url: string, policy: LoadPolicy): boolean {
  return url.startsWith("#") || url === "data:," || DATA_FONT.test(url) || allowsImage(url, policy);
}

function fromAssets(url: string, policy: LoadPolicy): boolean {
  return policy.assets !== "" && url.startsWith(policy.assets) && !/[\\]|\/\.\.?(\/|$)|%2e/i.test(url);
}

/** The Content-Security-Policy of a replay frame. */
export function contentSecurityPolicy(policy: LoadPolicy): string {
  const assets = policy.assets ? ` ${policy.assets}` : "";
  return [
    "default-src 'none'",
    `style-src 'unsafe-inline'${assets}`,
    `img-src data: blob:${assets}`,
    `font-src data:${assets}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
