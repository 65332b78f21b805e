/** `bytes` random bytes as lower-case hex digits. */
export function randomHex(bytes: number): string {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  let text = "";
  for (let at = 0; at < bytes; at++) text += (drawn[at]! + 256).toString(16).slice(1);
  return text;
}
