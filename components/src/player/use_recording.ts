/**
 * Fetches the recording behind `eventsUrl` in the order of need: what shows the moment to begin with, then what follows,
 * then what lies before; while the session runs, what comes new. The engine is loaded beside it.
 */
import { useEffect, useRef, useState } from "react";
import { FetchError, fetchJson } from "../replay/fetch_json";
import { loadEngine, type Engine } from "../replay/load_engine";
import type { LoadPolicy } from "../replay/policy";
import { isNumber, isObject } from "../replay/recorded";
import { RecordingReader, UnplayableRecording, type Recording } from "../replay/recording";
import { LoadedRanges } from "./loaded_ranges";

export interface Source {
  /** Where the recording is read from; or `given`, as that address would answer. */
  url?: string | undefined;
  given?: unknown;
}

export interface Ready {
  state: "ready";
  recording: Recording;
  engine: Engine;
  /** The same as long as one recording is looked at, however much of it has come. */
  key: object;
  /** Whether all that there is has come. */
  complete: boolean;
  /** Whether the visitor may still be there. */
  open: boolean;
  has(ms: number): boolean;
}

export type Loaded = { state: "loading" } | Ready | { state: "empty" | "error"; text: string; canRetry: boolean };

const POLL_MS = 3_000;
/** Pieces of several tabs come in no order: what is asked for anew reaches back so far. */
const OVERLAP_MS = 20_000;
const TRIES = 3;

/** `attempt`: counts how often the viewer asked to try again. `want`: makes what shows a moment come next. */
export function useRecording(source: Source, policy: LoadPolicy, attempt: number, startMs: number): { loaded: Loaded; want: (ms: number) => void } {
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  const wanted = useRef(startMs);
  const { url, given } = source;
  useEffect(() => {
    if (!url && given === undefined) {
      setLoaded({ state: "empty", text: "No recording is chosen.", canRetry: false });
      return undefined;
    }
    const abort = new AbortController();
    setLoaded({ state: "loading" });
    load(url, given, policy, wanted, abort.signal, setLoaded).catch((error: unknown) => {
      if (abort.signal.aborted) return;
      const unplayable = error instanceof UnplayableRecording;
      const text = error instanceof Error ? error.message : String(error);
      setLoaded({ state: unplayable && error.empty ? "empty" : "error", text, canRetry: !unplayable && !(error instanceof FetchError && error.lasting) });
    });
    return () => abort.abort();
  }, [url, given, policy.assets, attempt]);
  return { loaded, want: (ms) => (wanted.current = ms) };
}

async function load(
  url: string | undefined,
  given: unknown,
  policy: LoadPolicy,
  wanted: { current: number },
  signal: AbortSignal,
  tell: (loaded: Loaded) => void,
): Promise<void> {
  const reader = new RecordingReader(policy);
  const ranges = new LoadedRanges();
  const key = {};
  const ask = (query: string): Promise<unknown> => (url ? fetchJson(withQuery(url, query), signal) : Promise.resolve(given));
  let [answer, engine] = await Promise.all([ask(`at_ms=${Math.floor(wanted.current)}`), loadEngine()]);
  let seen = -1;
  for (;;) {
    if (signal.aborted) return;
    reader.add(answer);
    const page = isObject(answer) && Array.isArray(answer["pieces"]) ? answer : null;
    const length = page && isNumber(page["length_ms"]) ? page["length_ms"] : 0;
    if (page) ranges.add(isNumber(page["from_ms"]) ? page["from_ms"] : 0, isNumber(page["next_ms"]) ? page["next_ms"] : Infinity);
    const gap = page ? ranges.gap(Math.max(0, Math.min(wanted.current, length))) : null;
    const complete = gap === null;
    const open = page?.["open"] === true;
    if (complete) reader.complete();
    const size = reader.size;
    if (size !== seen || complete) {
      try {
        tell({ state: "ready", recording: reader.recording(), engine, key, complete, open, has: (ms) => complete || ranges.has(ms) });
        seen = size;
      } catch (error) {
        // The picture may be in what is still to come.
        if (complete && !(open && error instanceof UnplayableRecording && error.empty)) throw error;
      }
    }
    if (complete && !open) return;
    if (complete) await pause(POLL_MS, signal);
    answer = await trying(() => ask(complete ? `from_ms=${Math.max(0, length - OVERLAP_MS)}` : `from_ms=${Math.floor(gap)}`), signal);
  }
}

/** What `call` answers, tried again a few times: a line that breaks for a moment is no reason to stop. */
async function trying(call: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || tries >= TRIES || (error instanceof FetchError && error.lasting)) throw error;
      await pause(1_000 * tries, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}
