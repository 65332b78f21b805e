/** How rrweb records: inputs masked, no canvas, stylesheets inline. */
import type { record } from "@rrweb/record";
import { isFieldHidden, isSensitive } from "./fields";

export type RecordOptions = NonNullable<Parameters<typeof record>[0]>;

/** Stars of about the length of what is hidden; of no length that tells anything for what is secret. */
export function stars(text: string, sensitive: boolean): string {
  return text && "*".repeat(sensitive ? 8 : Math.min(text.length, 40));
}

export const OPTIONS: RecordOptions = {
  blockSelector: "[data-hw-block]",
  ignoreSelector: "[data-hw-ignore],[data-hw-ignore] *",
  // By tag: whatever type a field has, and whatever type comes to exist.
  maskInputOptions: { input: true, textarea: true, select: true } as NonNullable<RecordOptions["maskInputOptions"]>,
  maskInputFn: (text, element) => (isFieldHidden(element) ? stars(text, isSensitive(element)) : text),
  sampling: { mousemove: 100, mousemoveCallback: 1_000, scroll: 150, media: 800, input: "last" },
  inlineStylesheet: true,
  recordCanvas: false,
  collectFonts: false,
  recordAfter: "DOMContentLoaded",
  errorHandler: () => true,
};
