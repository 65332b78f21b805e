/**
 * How many bytes a recording may take: of a minute, so that a page that changes all the time does not fill its visitor's line;
 * and of a session, over its pages and tabs where the browser may keep the sum.
 */
import { read, SPENT, write } from "../browser_storage";

export const A_MINUTE = 1_500_000;
export const A_SESSION = 40_000_000;
const MINUTE_MS = 60_000;
/** Why a recording has a gap: docs/protocol.md. */
export type Gap = "busy" | "idle" | "minute" | "session";

export class Budget {
  private minute = 0;
  private inMinute = 0;
  private session = "";
  private inSession = 0;

  /** `keeps`: whether the browser may keep the sum of a session. */
  constructor(private readonly keeps: (session: string) => boolean) {}

  /** Counts bytes of a session; the limit that is reached by them, if one is. */
  take(session: string, bytes: number, now = Date.now()): Gap | null {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.minute) this.inMinute = 0;
    this.minute = minute;
    this.inMinute += bytes;
    if (session !== this.session) this.inSession = 0;
    this.session = session;
    if (this.keeps(session)) {
      // `session.bytes`, the sum in base 36.
      const [of, sum] = read(SPENT).split(".");
      if (of === session) this.inSession = Math.max(this.inSession, parseInt(sum!, 36) || 0);
    }
    this.inSession += bytes;
    if (this.keeps(session)) write(SPENT, `${session}.${this.inSession.toString(36)}`);
    return this.inSession >= A_SESSION ? "session" : this.inMinute >= A_MINUTE ? "minute" : null;
  }

  /** Milliseconds until the next minute begins. */
  rest(now = Date.now()): number {
    return MINUTE_MS - (now % MINUTE_MS);
  }
}
