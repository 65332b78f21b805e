/** Fetches a page's snapshot, rebuilds it, and keeps up with its size while pictures and fonts arrive. */
import { useEffect, useState, type RefObject } from "react";
import { FetchError, fetchJson } from "../replay/fetch_json";
import { loadEngine } from "../replay/load_engine";
import type { LoadPolicy } from "../replay/policy";
import type { Stage } from "../replay/engine";
import { fitToDocument, openBackdrop, readSnapshot, UnusableSnapshot, type Snapshot } from "./backdrop";

export interface Backdrop {
  state: "loading" | "ready" | "empty" | "error";
  text: string;
  canRetry: boolean;
  page: Document | null;
  width: number;
  height: number;
  /** Grows with each change of the layout. */
  layout: number;
}

const LOADING: Backdrop = { state: "loading", text: "", canRetry: false, page: null, width: 0, height: 0, layout: 0 };
const NONE_YET = "No picture of this page has been kept yet. It comes with the first recorded visit.";

function failed(error: unknown): Backdrop {
  if (error instanceof FetchError && error.status === 404) return { ...LOADING, state: "empty", text: NONE_YET };
  const lasting = error instanceof UnusableSnapshot || (error instanceof FetchError && error.lasting);
  return { ...LOADING, state: "error", text: error instanceof Error ? error.message : String(error), canRetry: !lasting };
}

/** `width` 0: the width at which the snapshot was taken. `attempt`: how often the viewer asked to try again. */
export function useBackdrop(room: RefObject<HTMLDivElement | null>, snapshotUrl: string | undefined, width: number, policy: LoadPolicy, attempt: number): Backdrop {
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null);
  const [backdrop, setBackdrop] = useState<Backdrop>(LOADING);

  useEffect(() => {
    setSnapshot(null);
    if (!snapshotUrl) {
      setBackdrop({ ...LOADING, state: "empty", text: "No page is chosen." });
      return undefined;
    }
    const abort = new AbortController();
    setBackdrop(LOADING);
    fetchJson(snapshotUrl, abort.signal)
      .then((answer) => {
        if (abort.signal.aborted) return;
        const read = readSnapshot(answer);
        setSnapshot(read);
        if (!read) setBackdrop({ ...LOADING, state: "empty", text: NONE_YET });
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setBackdrop(failed(error));
      });
    return () => abort.abort();
  }, [snapshotUrl, attempt]);

  useEffect(() => {
    const root = room.current;
    if (!snapshot || !root) return undefined;
    const wide = width > 0 ? width : snapshot.width;
    let stage: Stage | null = null;
    let gone = false;
    let pending = 0;
    const measure = (): void => {
      pending = 0;
      if (gone || !stage) return;
      const height = fitToDocument(stage.frame, wide, snapshot.height);
      const page = stage.frame.contentDocument;
      setBackdrop((before) => ({ ...LOADING, state: "ready", page, width: wide, height, layout: before.layout + 1 }));
    };
    const soon = (): void => {
      pending ||= requestAnimationFrame(measure);
    };
    loadEngine()
      .then((engine) => {
        if (gone) return;
        stage = openBackdrop(root, engine, snapshot, wide, policy);
        const page = stage.frame.contentDocument;
        page?.addEventListener("load", soon, true);
        page?.addEventListener("error", soon, true);
        void page?.fonts?.ready.then(soon);
        // The stage sets the recorded size once more when it is idle; measure after that.
        setTimeout(soon, 0);
      })
      .catch((error: unknown) => {
        if (!gone) setBackdrop(failed(error));
      });
    return () => {
      gone = true;
      cancelAnimationFrame(pending);
      stage?.close();
      root.replaceChildren();
    };
  }, [snapshot, width, policy.assets]);
  return backdrop;
}
