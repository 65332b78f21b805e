/** What a page hands to `heatwake('event' | 'identify', …)`, as far as the protocol can carry it. */
import type { Props } from "./events";
import { clip } from "./text";

const MOST = 32;

/** Flat properties; what is no text, number or boolean is left out. */
export function cleanProps(given: unknown): Props {
  const found = typeof given === "object" ? Object.entries(given ?? {}) : [];
  const fits = (value: unknown): boolean => typeof value === "boolean" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  return Object.fromEntries(
    found
      .filter(([name, value]) => name && (typeof value === "string" || fits(value)))
      .slice(0, MOST)
      .map(([name, value]) => [clip(name, 100), typeof value === "string" ? clip(value, 500) : value]),
  );
}

/** A name or an id as text of at most `limit` characters; empty if it is neither text nor number. */
export function cleanName(given: unknown, limit: number): string {
  return typeof given === "string" || typeof given === "number" ? clip(String(given), limit) : "";
}
