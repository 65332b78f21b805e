/** Waiting for a moment at which the page's layout is there, and need not be made because we ask for it. */
import { after } from "../guarded";

/** Frames that nobody sees are not waited for longer. */
const FRAME_MS = 100;

/** `work` right after a frame. */
export function laidOut(work: () => void): void {
  let waits = true;
  const once = (): void => {
    if (waits) work();
    waits = false;
  };
  if (!document.hidden) requestAnimationFrame(() => after(0, once));
  after(document.hidden ? 0 : FRAME_MS, once);
}

/** `work` as what is done right after a frame, once for all times that it was asked for before. */
export function onceLaidOut(work: () => void): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    laidOut(() => {
      waits = false;
      work();
    });
  };
}
