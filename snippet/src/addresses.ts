/**
 * Addresses without what visitors typed or must keep secret. Kept: origin, path, the usual campaign arguments, and those that
 * the site names as part of its addresses. What looks like an e-mail address or a token becomes `***`.
 */
import { clip } from "./text";

const CAMPAIGN = /^utm_(source|medium|campaign|term|content|id)$/;
export const EMAIL = /[^\s@/]{1,64}(@|%40)[^\s@/]{1,255}\.\w+/gi;
const UUID = /[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}/i;
const LONGEST = 2_000;
export const HIDDEN = "***";

/** Whether a piece of an address looks like an e-mail address, a number of a card or a phone, or a token. */
export function looksSecret(piece: string): boolean {
  const word = (one: string): boolean =>
    one.length > 31 || /^\d{9,}$/.test(one) || (one.length > 15 && /\d/.test(one) && /[a-z]/i.test(one));
  return piece.search(EMAIL) >= 0 || UUID.test(piece) || piece.split(/[^a-z\d]/i).some(word);
}

const maskedPath = (path: string): string => path.split("/").map((piece) => (looksSecret(piece) ? HIDDEN : piece)).join("/");

/** The route in a hash, where the site uses one (`#/…`, `#!/…`). */
const hashRoute = (hash: string): string => maskedPath(/^#!?\/[^?]*/.exec(hash)?.[0] ?? "");

/** The path that tells pages apart. */
export const route = (address: { pathname: string; hash: string }): string => maskedPath(address.pathname) + hashRoute(address.hash);

/** `address` as it may be sent; empty if it is none. `kept`: names of query arguments that are part of the site's addresses. */
export function cleanAddress(address: string, kept: string, base?: string): string {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    return "";
  }
  if (!/^https?:$/.test(url.protocol)) return "";
  const names = kept.split(",");
  const query = url.search
    .slice(1)
    .split("&")
    .filter((argument) => {
      const [name = "", value = ""] = argument.split("=");
      return (CAMPAIGN.test(name) || (name && names.includes(name))) && !looksSecret(value);
    })
    .join("&");
  return clip(url.origin + maskedPath(url.pathname) + (query && `?${query}`) + hashRoute(url.hash), LONGEST);
}
