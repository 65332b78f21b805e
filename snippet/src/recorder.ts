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
import * as canvases from "./recorder/canvases";
import * as governor from "./recorder/governor";
import * as snapshots from "./recorder/snapshot";
import { laidOut } from "./recorder/layout";
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
const META = 4;
const CUSTOM = 5;
const ACTS = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"];

/** rrweb's StyleSheetRule and StyleDeclaration. */
const RULES = [8, 13];

const isMutation = (event: Recorded): boolean => event.type === INCREMENTAL && (event.data as { source: number }).source === 0;

export function start(host: RecordingHost): Recording {
  const redactor = new Redactor(host, record.mirror as unknown as Nodes);
  const budget = new Budget((session) => session !== NOBODY);
  const chunks = new Chunks(host, host.view(), stop, spent);
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
  /** What a full snapshot that is under way is of, and what has happened since it began. */
  let begun: Recorded[] | null = null;

  const emit = (event: Recorded): void => {
    if (ended || quiet || !host.takes()) return;
    const now = Date.now();
    if (isMutation(event)) {
      changed = now;
      if (now - active > IDLE_MS) return pause("idle");
    }
    if (event.type === FULL) {
      const [meta, ...since] = begun!;
      begun = null;
      event.timestamp = meta!.timestamp;
      chunks.add(meta!, false);
      chunks.add(event, true);
      for (const one of since) chunks.add(one, false);
      return;
    }
    const { source, id } = event.data as { source?: number; id?: number };
    if (event.type === INCREMENTAL && RULES.includes(source!) && snapshots.isPending(id!)) return;
    const clean = redactor.redact(event);
    if (!clean) return;
    if (event.type === META) {
      // A replay shows the page in the scheme that its visitor had.
      (clean.data as { dark?: boolean }).dark = matchMedia("(prefers-color-scheme:dark)").matches;
      begun = [clean];
      forget();
    }
    else if (begun) begun.push(clean);
    else chunks.add(clean, false);
  };

  const forget = canvases.start(host, (node) => record.mirror.getId(node), emit);

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
    snapshots.abandon();
    begun = null;
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
    laidOut(() => {
      chunks.turn(host.view());
      snapshot();
    });
  };

  snapshots.start((node, around) => redactor.node(node, around), `${window.heatwake!.c!.record}`);
  governor.start((restMs) => {
    gap("busy");
    after(restMs, () => laidOut(() => off && snapshot()));
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
  laidOut(run);
  return {
    turn: (atOnce) => {
      active = turning = Date.now();
      if (atOnce) changed = turning = 1;
      settle();
    },
    flush: () => {
      snapshots.hurry();
      chunks.flushLast();
    },
    stop,
  };
}

window.heatwake?.r?.[RECORDER]?.(start);
