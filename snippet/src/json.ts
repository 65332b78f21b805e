/**
 * JSON on pages that have changed it: old libraries give arrays and objects a `toJSON`, or replace `JSON.stringify`. Where
 * that shows, our own encoder writes what the standard would.
 */
const PROBE = [1, { a: ["b"] }];
const PROBE_TEXT = '[1,{"a":["b"]}]';

/** Whether the page's own JSON writes what the standard would. */
export const isTrue = (): boolean => JSON.stringify(PROBE) === PROBE_TEXT;

export const toJson = (value: unknown): string => (isTrue() ? JSON.stringify(value) : encode(value));

/** `value`, of plain objects, arrays, texts, numbers, booleans and null. */
export function encode(value: unknown): string {
  // Texts, numbers, booleans and null are asked for no toJSON.
  if (typeof value !== "object" || !value) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(encode).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${encode(member)}`).join(",")}}`;
}
