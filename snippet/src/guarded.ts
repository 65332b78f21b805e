/** The page must never see an error of ours: whatever we hand to the browser goes through here. */

/** `work` as a function that never throws. */
export const guarded =
  <A extends unknown[]>(work: (...given: A) => void) =>
  (...given: A): void => {
    try {
      work(...given);
    } catch {
      // A page goes on as if the tracker were not there.
    }
  };

/** Passive listeners in the capture phase, guarded, taken off together. */
export interface Listeners {
  on<E extends Event>(target: EventTarget, type: string, work: (event: E) => void): void;
  /** More that is to be undone. */
  off(undo: () => void): void;
  stop(): void;
}

export function newListeners(): Listeners {
  const undone: (() => void)[] = [];
  return {
    on: (target, type, work) => {
      const listener = guarded(work) as (event: Event) => void;
      const options = { capture: true, passive: true };
      target.addEventListener(type, listener, options);
      undone.push(() => target.removeEventListener(type, listener, options));
    },
    off: (undo) => {
      undone.push(undo);
    },
    stop: () => undone.splice(0).forEach((undo) => undo()),
  };
}

export const after = (ms: number, work: () => void): number => window.setTimeout(guarded(work), ms);
