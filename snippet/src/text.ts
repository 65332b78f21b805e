/** `text` cut to `limit` characters, never in the middle of a pair of surrogates. */
export function clip(text: string, limit: number): string {
  return text.length > limit ? text.slice(0, limit).replace(/[\ud800-\udbff]$/, "") : text;
}
