/**
 * The recorder: rrweb for as long as somebody is there. Each page view begins with a full snapshot. Pauses when nobody has
 * done anything for minutes and when the page changes faster than it can be noted without slowing it down.
 */
import { record } from "@rrweb/record";
import { after, guarded } from "./guarded";
import type { Recording, RecordingHost } from "./recording_host";
import { Chunks } from "./recorder/chunks";
import { OPTIONS } from "./recorder/options";
import { Redactor, type Nodes, type Recorded } from "./recorder/redact";

const IDLE_MS = 5 * 60_000;
/** A single-page application has built its next page when nothing has changed for this long, or at the latest then. */
const SETTLED_MS = 200;
const SETTLED_LATEST_MS = 1_500;
const FULL = 2;
const INCREMENTAL = 3;

const isMutation = (event: Recorded): boolean => event.type === INCREMENTAL && (event.data as { source: number }).source === 0;

export function start(host: RecordingHost): Recording {
  const redactor = new Redactor(host, record.mirror as unknown as Nodes);
  const chunks = new Chunks(host, host.view());
  let off: (() => void) | null = null;
  let active = Date.now();
  let ended = false;
  let turningSince = 0;
  let changedAt = 0;

  const emit = (event: Recorded): void => {
    if (ended || !host.takes()) return;
    const now = Date.now();
    if (isMutation(event)) changedAt = now;
    if (event.type === INCREMENTAL && !isMutation(event)) active = now;
    else if (now - active > IDLE_MS) return pause();
    const clean = redactor.redact(event);
    if (!clean) return;
    if (event.type === FULL) chunks.addSnapshot(clean);
    else chunks.add(clean);
  };

  const run = (): void => {
    if (off || ended) return;
    active = Date.now();
    off = record({ ...OPTIONS, emit: guarded(emit) as never }) ?? null;
  };

  function pause(): void {
    off?.();
    off = null;
    chunks.flush();
  }

  /** Somebody is there again. */
  const wake = (): void => {
    if (!off) {
      chunks.turn(host.view());
      run();
    }
  };

  const turn = (atOnce: boolean): void => {
    turningSince ||= Date.now();
    const now = Date.now();
    if (!atOnce && now - turningSince < SETTLED_LATEST_MS && (now - changedAt < SETTLED_MS || now - turningSince < SETTLED_MS)) {
      after(SETTLED_MS / 2, () => turningSince && turn(false));
      return;
    }
    turningSince = 0;
    chunks.turn(host.view());
    active = Date.now();
    if (off) record.takeFullSnapshot();
    else run();
  };

  for (const type of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"]) host.listeners.on(window, type, wake);
  run();
  return {
    turn,
    flush: () => chunks.flushLast(),
    stop: () => {
      ended = true;
      off?.();
      off = null;
    },
  };
}

(window.heatwake?.r as ((recorder: typeof start) => void) | undefined)?.(start);
