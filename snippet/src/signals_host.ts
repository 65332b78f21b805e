/** What the signals, a script of their own, are given by the tracker, so that nothing is there twice. */
import type { Click, Emit } from "./events";
import type { Listeners } from "./guarded";
import type { elementOf, spotOf } from "./spots";

export interface SignalsHost {
  listeners: Listeners;
  emit: Emit;
  /** What our requests to the collector begin with: they are not the page's. */
  collector: string;
  elementOf: typeof elementOf;
  spotOf: typeof spotOf;
  /** An address as it may be sent. */
  clean(address: string): string;
  /** A text as it may be sent, of at most `limit` characters. */
  scrubbed(text: string, limit: number): string;
}

export interface Signals {
  /** The visitor clicked: what the tracker has noted of it, the element that was hit, and the event. */
  click(noted: Click, target: Element, event: PointerEvent): void;
  /** A page view ends and another begins. */
  turn(): void;
  /** The page may go. */
  leave(): void;
}

export type StartSignals = (host: SignalsHost) => Signals;
