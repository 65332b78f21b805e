/**
 * Who the visitor is and which visit this is. Both ids are random, first-party, and shared by the tabs of a site: one entry
 * `visitor.session.began.seen` (times in unix ms, base 36). A session ends after 30 minutes without a sign of life, or
 * after 24 hours. Where nothing may be kept both are zeros, and the collector gives the session a name.
 */
import { IDS, read, SPENT, write } from "./browser_storage";
import { NEVER_KEPT, SENT_AFTER_CONSENT } from "./config";
import { randomHex } from "./random";

/** "1": the visitor has refused, "0": has agreed. */
const REFUSED = "_hw_no";
const IDLE_MS = 30 * 60_000;
/** Also the longest that a session lasts. */
const DAY_MS = 86_400_000;
const TOUCH_MS = 5_000;
/** Stands for the ids that the collector gives. */
export const NOBODY = "0".repeat(32);
const FORM = /^([\da-f]{32})\.([\da-f]{32})\.(\w+)\.(\w+)$/;

export interface Session {
  visitor: string;
  id: string;
}

let current: Session | null = null;
let began = 0;
let seen = 0;
let keeps = true;
let asked = 0;

/** Without ids the collector gives a session a name of the day (UTC). */
const isOver = (now: number): boolean => Math.abs(now - seen) > IDLE_MS || Math.abs(now - began) > (keeps ? DAY_MS : now % DAY_MS);

/** Notes a sign of life and answers the session it belongs to: the same object as long as it is the same session. */
export function touch(): Session {
  const now = Date.now();
  if (current && now >= seen && now - seen < TOUCH_MS && now - began < DAY_MS) return current;
  const [, visitor, id, start, last] = FORM.exec(keeps ? read(IDS) : "") ?? [];
  if (visitor && id) {
    // Another tab may have gone on with it, or begun a new one.
    began = parseInt(start!, 36);
    seen = parseInt(last!, 36);
    if (current?.id !== id || current.visitor !== visitor) current = { visitor, id };
  }
  if (!current || isOver(now)) {
    current = keeps ? { visitor: current?.visitor ?? randomHex(16), id: randomHex(16) } : { visitor: NOBODY, id: NOBODY };
    began = now;
  }
  seen = now;
  if (keeps) write(IDS, [current.visitor, current.id, began.toString(36), seen.toString(36)].join("."));
  return current;
}

/** Forgets visitor and session. */
export function forget(): void {
  current = null;
  write(IDS, "");
  write(SPENT, "");
}

/** Whether tracking may begin by what the visitor has said before. `needed`: what needs consent (src/config.ts). */
export function mayBegin(needed = 0): boolean {
  const said = read(REFUSED);
  asked = needed;
  keeps = !needed || (needed !== NEVER_KEPT && said === "0");
  if (!keeps && read(IDS)) forget(); // from before the site asked
  return needed === SENT_AFTER_CONSENT ? said === "0" : said !== "1";
}

/** The visitor agrees, or refuses. */
export function decide(agrees: boolean): void {
  const said = agrees ? "0" : "1";
  if (said !== read(REFUSED)) write(REFUSED, said);
  const kept = keeps;
  mayBegin(asked);
  if (kept !== keeps) current = null;
}
