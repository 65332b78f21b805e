/**
 * Who the visitor is and which visit this is. Both ids are random, first-party, and shared by the tabs of a site: one entry
 * `visitor.session.began.seen` (times in unix ms, base 36). A session ends after 30 minutes without a sign of life, or
 * after 24 hours.
 */
import { read, write } from "./browser_storage";
import { randomHex } from "./random";

const NAME = "_hw";
const REFUSED = "_hw_no";
const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 24 * 60 * 60_000;
const TOUCH_MS = 5_000;
const FORM = /^([\da-f]{32})\.([\da-f]{32})\.(\w+)\.(\w+)$/;

export interface Session {
  visitor: string;
  id: string;
}

let current: Session | null = null;
let began = 0;
let seen = 0;

const isOver = (now: number): boolean => Math.abs(now - seen) > IDLE_MS || Math.abs(now - began) > LONGEST_MS;

/** Notes a sign of life and answers the session it belongs to: the same object as long as it is the same session. */
export function touch(): Session {
  const now = Date.now();
  if (current && now >= seen && now - seen < TOUCH_MS && now - began < LONGEST_MS) return current;
  const [, visitor, id, start, last] = FORM.exec(read(NAME)) ?? [];
  if (visitor && id) {
    // Another tab may have gone on with it, or begun a new one.
    began = parseInt(start!, 36);
    seen = parseInt(last!, 36);
    if (current?.id !== id || current.visitor !== visitor) current = { visitor, id };
  }
  if (!current || isOver(now)) {
    current = { visitor: current?.visitor ?? randomHex(16), id: randomHex(16) };
    began = now;
  }
  seen = now;
  write(NAME, [current.visitor, current.id, began.toString(36), seen.toString(36)].join("."));
  return current;
}

/** Forgets visitor and session. */
export function forget(): void {
  current = null;
  write(NAME, "");
}

export const isRefused = (): boolean => read(REFUSED) === "1";

export function setRefused(refused: boolean): void {
  if (refused !== isRefused()) write(REFUSED, refused ? "1" : "");
}
