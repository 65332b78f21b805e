/** What a page hands to `heatwake('event' | 'identify', …)`, as far as the protocol can carry it. */
import type { Props } from "./events";
import { clip } from "./text";

const MOST = 32;

/** Flat properties; what is no text, number or boolean is left out. */
export function cleanProps(given: unknown): Props {
  const props: Props = {};
  if (typeof given !== "object" || given === null) return props;
  let count = 0;
  for (const [name, value] of Object.entries(given)) {
    if (!name || count >= MOST) continue;
    if (typeof value === "string") props[clip(name, 100)] = clip(value, 500);
    else if (typeof value === "boolean" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER)) props[clip(name, 100)] = value;
    else continue;
    count++;
  }
  return props;
}

/** A name or an id as text of at most `limit` characters; empty if it is neither text nor number. */
export function cleanName(given: unknown, limit: number): string {
  return typeof given === "string" || typeof given === "number" ? clip(String(given), limit) : "";
}
