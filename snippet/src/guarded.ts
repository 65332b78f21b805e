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
  const ending = new AbortController();
  const { signal } = ending;
  return {
    on: (target, type, work) => target.addEventListener(type, guarded(work) as (event: Event) => void, { capture: true, passive: true, signal }),
    off: (undo) => signal.addEventListener("abort", undo),
    stop: () => ending.abort(),
  };
}

export const after = (ms: number, work: () => void): number => window.setTimeout(guarded(work), ms);
