/** Fetches and reads the recording behind `eventsUrl`, and loads the engine beside it. */
import { useEffect, useState } from "react";
import { FetchError, fetchJson } from "../replay/fetch_json";
import { loadEngine, type Engine } from "../replay/load_engine";
import type { LoadPolicy } from "../replay/policy";
import { readRecording, UnplayableRecording, type Recording } from "../replay/recording";

export type Loaded =
  | { state: "loading" }
  | { state: "ready"; recording: Recording; engine: Engine }
  | { state: "empty" | "error"; text: string; canRetry: boolean };

/** `attempt`: counts how often the viewer asked to try again. */
export function useRecording(eventsUrl: string | undefined, policy: LoadPolicy, attempt: number): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  useEffect(() => {
    if (!eventsUrl) {
      setLoaded({ state: "empty", text: "No recording is chosen.", canRetry: false });
      return undefined;
    }
    const abort = new AbortController();
    setLoaded({ state: "loading" });
    Promise.all([fetchJson(eventsUrl, abort.signal), loadEngine()])
      .then(([answer, engine]) => {
        if (!abort.signal.aborted) setLoaded({ state: "ready", recording: readRecording(answer, policy), engine });
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        const unplayable = error instanceof UnplayableRecording;
        const text = error instanceof Error ? error.message : String(error);
        setLoaded({ state: unplayable && error.empty ? "empty" : "error", text, canRetry: !unplayable && !(error instanceof FetchError && error.lasting) });
      });
    return () => abort.abort();
  }, [eventsUrl, policy.assets, attempt]);
  return loaded;
}
