/**
 * The recorder: rrweb for as long as somebody is there. Each page view begins with a full snapshot. Pauses when nobody has
 * done anything for minutes, looks away for a while from a page that changes too fast, and keeps to a budget of bytes. Each
 * such gap says in the recording why it is there.
 */
import { record } from "@rrweb/record";
import { RECORDER } from "./config";
import { after, guarded } from "./guarded";
import { Chunks } from "./recorder/chunks";
import { Budget, type Gap } from "./recorder/budget";
import * as governor from "./recorder/governor";
import { OPTIONS } from "./recorder/options";
import { Redactor, type Nodes, type Recorded } from "./recorder/redact";
import type { Recording, RecordingHost } from "./recording_host";
import { NOBODY } from "./session";

const IDLE_MS = 5 * 60_000;
/** A single-page application has built its next page when nothing has changed for this long, or at the latest then. */
const SETTLED_MS = 200;
const SETTLED_LATEST_MS = 1_500;
const FULL = 2;
const INCREMENTAL = 3;
const CUSTOM = 5;
const ACTS = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"];

const isMutation = (event: Recorded): boolean => event.type === INCREMENTAL && (event.data as { source: number }).source === 0;

export function start(host: RecordingHost): Recording {
  const redactor = new Redactor(host, record.mirror as unknown as Nodes);
  const budget = new Budget((session) => session !== NOBODY);
  const chunks = new Chunks(host, host.view(), (event) => redactor.redact(event), stop, spent);
  let off: (() => void) | null = null;
  let ended = false;
  /** When somebody last did something. */
  let active = Date.now();
  let changed = 0;
  let turning = 0;
  let quiet = true;
  /** Until the minute is over. */
  let resting = false;
  /** The session that has had all its bytes. */
  let over = "";

  const emit = (event: Recorded): void => {
    if (ended || quiet || !host.takes()) return;
    const now = Date.now();
    if (isMutation(event)) {
      changed = now;
      if (now - active > IDLE_MS) return pause("idle");
    }
    // A full snapshot says all about itself; what it costs to look through it is paid a little later.
    const clean = event.type === FULL ? event : redactor.redact(event);
    if (clean) chunks.add(clean, event.type === FULL);
  };

  function run(): void {
    if (off || ended || resting || host.view().session.id === over) return;
    governor.wake();
    quiet = false;
    off = record({ ...OPTIONS, emit: guarded(emit) as never }) ?? null;
  }

  /** From here on the recording has a gap, until the next full snapshot. */
  function gap(why: Gap): void {
    chunks.add({ type: CUSTOM, timestamp: Date.now(), data: { tag: "heatwake.gap", payload: { why } } }, false);
  }

  function pause(why?: Gap): void {
    if (off && why) gap(why);
    quiet = true; // rrweb hands out what it has held back when it is told to stop
    off?.();
    off = null;
    chunks.flush();
  }

  function stop(): void {
    ended = true;
    pause();
  }

  /** What was sent counts. With the minute's bytes spent the recorder rests until the next, with the session's until the next session. */
  function spent(session: string, bytes: number): void {
    const limit = ended ? null : budget.take(session, bytes);
    if (!limit || !off) return;
    pause(limit);
    over = limit === "session" ? session : "";
    if (!over) {
      resting = true;
      after(budget.rest(), () => {
        resting = false;
        if (Date.now() - active < IDLE_MS) run();
      });
    }
  }

  const snapshot = (): void => {
    governor.wake();
    if (off) record.takeFullSnapshot();
    else run();
  };

  /** The next page view, once its page is there. */
  const settle = (): void => {
    if (!turning) return;
    const now = Date.now();
    if (now - turning < SETTLED_LATEST_MS && now - Math.max(changed, turning) < SETTLED_MS) {
      after(SETTLED_MS / 2, settle);
      return;
    }
    turning = 0;
    chunks.turn(host.view());
    snapshot();
  };

  governor.start((restMs) => {
    gap("busy");
    after(restMs, () => {
      if (off) snapshot();
    });
  });
  for (const type of ACTS) {
    host.listeners.on(window, type, () => {
      active = Date.now();
      if (off || ended) return;
      // Perhaps in another session by now; then this turns the page as well.
      chunks.turn(host.view());
      run();
    });
  }
  run();
  return {
    turn: (atOnce) => {
      active = turning = Date.now();
      if (atOnce) changed = turning = 1;
      settle();
    },
    flush: () => chunks.flushLast(),
    stop,
  };
}

window.heatwake?.r?.[RECORDER]?.(start);
