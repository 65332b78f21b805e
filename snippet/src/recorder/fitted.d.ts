/** What the build adds to rrweb's exports (build.mjs). */
import "@rrweb/record";

declare module "@rrweb/record" {
  export function genId(): number;
  export function stringifyStylesheet(sheet: CSSStyleSheet): string | null;
  export function markCssSplits(text: string, style: HTMLStyleElement): string;
  export function transformAttribute(doc: Document, tagName: string, name: string, value: string): string;
  export function onceIframeLoaded(frame: HTMLIFrameElement, work: () => void, latestMs: number): void;
  export function onceStylesheetLoaded(link: HTMLLinkElement, work: () => void, latestMs: number): void;
}
