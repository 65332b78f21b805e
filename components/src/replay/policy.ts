/**
 * What a replayed page may load: nothing but pictures and fonts that are part of the recording or lie in our own asset
 * store. The frame's Content-Security-Policy enforces it; cleaning the events (`clean.ts`) comes before it, so that
 * either alone would hold.
 */

import { isObject } from "./recorded";

export interface LoadPolicy {
  /** Absolute URL prefix of stored page assets, ending in "/"; empty: none may be loaded. */
  assets: string;
  /** What of the recording's addresses lies there: the name below `assets`, by address without its fragment. */
  stored?: ReadonlyMap<string, string>;
}

const STORED_NAME = /^[0-9a-f]{32,64}\.[a-z0-9]{2,5}$/;

/** `policy` with what an answer's `assets` tells: {address: name}. */
export function withStored(policy: LoadPolicy, told: unknown): LoadPolicy {
  if (!policy.assets || !isObject(told)) return policy;
  const names = Object.entries(told).filter((one): one is [string, string] => typeof one[1] === "string" && STORED_NAME.test(one[1]));
  return { ...policy, stored: new Map(names) };
}

/** Where a recorded address is to be had: itself if it is part of the recording, a place in the asset store, or null. */
export function placeOf(url: string, policy: LoadPolicy, allows: (url: string, policy: LoadPolicy) => boolean): string | null {
  const [whole = "", ...fragment] = url.trim().split("#");
  const name = policy.stored?.get(whole);
  if (name) return [policy.assets + name, ...fragment].join("#");
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
