/** The page views of a session as the player shows them: those it was given, else those that the recording tells of. */
import { isNumber, isObject } from "../replay/recorded";
import type { RecordedPage } from "../replay/recording";

export interface Chapter {
  at: number;
  label: string;
  /** Empty when it is not known. */
  href: string;
}

export interface Mark {
  at: number;
  kind: string;
  label: string;
}

/** Chapters in time order. `given`: the component's prop, whatever it holds. */
export function chaptersOf(given: unknown, pages: RecordedPage[], durationMs: number): Chapter[] {
  const named = (Array.isArray(given) ? given : []).flatMap((item: unknown) => {
    if (!isObject(item) || !isNumber(item["at_ms"])) return [];
    const href = typeof item["href"] === "string" ? item["href"] : "";
    const label = typeof item["label"] === "string" && item["label"] ? item["label"] : pageName(href);
    return [{ at: inside(item["at_ms"], durationMs), label, href }];
  });
  const chapters = named.length ? named : pages.map((page) => ({ at: page.at, label: pageName(page.href), href: page.href }));
  return chapters.sort((a, b) => a.at - b.at);
}

/** Marks and notes in time order. `given`, `notes`: the component's props, whatever they hold. */
export function marksOf(given: unknown, notes: unknown, durationMs: number): Mark[] {
  const listed = (items: unknown, made: (item: Record<string, unknown>) => { kind: string; label: string }): Mark[] =>
    (Array.isArray(items) ? items : []).flatMap((item: unknown) => (isObject(item) && isNumber(item["at_ms"]) ? [{ at: inside(item["at_ms"], durationMs), ...made(item) }] : []));
  const marks = listed(given, (item) => ({ kind: String(item["kind"] ?? "event"), label: String(item["label"] ?? "") }));
  const written = listed(notes, (item) => ({ kind: "note", label: `${item["tag"] ? `${String(item["tag"])}: ` : ""}${String(item["text"] ?? "")}` }));
  return [...marks, ...written].sort((a, b) => a.at - b.at);
}

/** The part of an address that tells pages of a site apart. */
export function pageName(href: string): string {
  try {
    const url = new URL(href);
    return decodeURI(url.pathname) + url.search || href;
  } catch {
    return href || "Page";
  }
}

function inside(at: number, durationMs: number): number {
  return Math.min(Math.max(0, at), durationMs);
}
