/** First-party storage of short texts: localStorage, a cookie where the browser refuses that; nothing where it refuses both. */

/** Names of what is kept: the ids (src/session.ts), and a session's recorded bytes (src/recorder/budget.ts). */
export const IDS = "_hw";
export const SPENT = "_hw_r";

const YEAR_S = 31_536_000;

/** What `ask` answers; undefined where the browser refuses, as in private windows and sandboxed frames. */
function allowed<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

export function read(name: string): string {
  const cookie = (): string | undefined => `; ${document.cookie}`.split(`; ${name}=`)[1]?.split(";")[0];
  return allowed(() => localStorage.getItem(name)) ?? allowed(cookie) ?? "";
}

export function write(name: string, text: string): void {
  const done = allowed(() => {
    localStorage.setItem(name, text);
    return true;
  });
  if (!done) allowed(() => (document.cookie = `${name}=${text};path=/;max-age=${YEAR_S};samesite=lax`));
}
