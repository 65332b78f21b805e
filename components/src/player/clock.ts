/** Times as a player shows them. */

/** 65_000 → "1:05"; from an hour on "1:01:05". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 95_000 → "1 minute 35 seconds", for those who listen. */
export function spokenTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const part = (n: number, word: string): string => (n ? `${n} ${word}${n === 1 ? "" : "s"}` : "");
  const parts = [part(Math.floor(seconds / 3600), "hour"), part(Math.floor(seconds / 60) % 60, "minute"), part(seconds % 60, "second")];
  return parts.filter(Boolean).join(" ") || "0 seconds";
}

/** 95_000 → "1 min 35 s", for labels. */
export function shortSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds / 60} min`;
}
