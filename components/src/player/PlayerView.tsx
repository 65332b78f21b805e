/** The player as a whole: the page on its stage, the timeline, the controls. What is around it hears of it by `onTell`. */
import React, { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { loadPolicy } from "../replay/policy";
import { useScheme, type Scheme } from "../use_scheme";
import { AddressBar } from "./AddressBar";
import { ChapterStrip } from "./ChapterStrip";
import { chaptersOf, marksOf } from "./chapters";
import { dotsAt, trailOf, type Dot } from "./click_trail";
import { ClickTrail } from "./ClickTrail";
import { clock, shortSpan, spokenTime } from "./clock";
import { Controls } from "./Controls";
import { fitScale, stageHeight } from "./fit";
import { Notice } from "./Notice";
import { keyAction } from "./player_keys";
import { SeekBar } from "./SeekBar";
import { Shortcuts } from "./Shortcuts";
import { Thumbnail } from "./Thumbnail";
import { activity, inactiveStretches, latestAt, type Stretch } from "./timeline";
import { usePlayback } from "./use_playback";
import { useRecording, type Source } from "./use_recording";
import { useRoomWidth } from "./use_room_width";
import { useThrottled } from "./use_throttled";

export interface PlayerViewProps {
  id?: string | undefined;
  source: Source;
  startMs?: number | undefined;
  speed?: number | undefined;
  skipInactive?: boolean | undefined;
  autoPlay?: boolean | undefined;
  /** As the component's props of these names, whatever they hold. */
  chapters?: unknown;
  marks?: unknown;
  notes?: unknown;
  colorScheme?: Scheme | undefined;
  height?: number | undefined;
  assetsUrl?: string | undefined;
  onTell?: ((outputs: Record<string, unknown>) => void) | undefined;
}

const BINS = 160;
const REPORT_MS = 500;
const POINTER_TRAIL = "#f76707";
const SAME_DOTS = (a: Dot[], b: Dot[]): boolean => a.length === b.length && a.every((dot, index) => dot.x === b[index]?.x && dot.y === b[index]?.y && dot.number === b[index]?.number);

export function PlayerView(props: PlayerViewProps): React.ReactElement {
  const { id, source: given, startMs = 0, autoPlay = false, height, onTell } = props;
  const colorScheme = useScheme(props.colorScheme);
  const [attempt, setAttempt] = useState(0);
  const [speed, setSpeed] = useState(props.speed ?? 1);
  const [skipInactive, setSkipInactive] = useState(props.skipInactive ?? true);
  const [trail, setTrail] = useState(true);
  const [shortcuts, setShortcuts] = useState(false);
  const [fullscreen, setFullscreen] = useState(false);
  const [page, setPage] = useState({ width: 1280, height: 720 });
  const [current, setCurrent] = useState(0);
  const [dots, setDots] = useState<Dot[]>([]);
  const [skipped, setSkipped] = useState<Stretch | null>(null);
  const whole = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const clockText = useRef<HTMLSpanElement>(null);
  const tell = useRef(onTell);
  tell.current = onTell;
  const dispatch = (name: string, detail: unknown): void => void whole.current?.dispatchEvent(new CustomEvent(`hw-player-${name}`, { bubbles: true, detail }));
  const report = useThrottled(REPORT_MS, (positionMs: number) => {
    tell.current?.({ positionMs });
    dispatch("position", positionMs);
  });

  const policy = useMemo(() => loadPolicy(props.assetsUrl, window.location.href), [props.assetsUrl]);
  const { loaded, want } = useRecording(given, policy, attempt, startMs);
  const source = loaded.state === "ready" ? loaded : null;
  const recording = source?.recording ?? null;
  const durationMs = recording?.durationMs ?? 0;
  const chapters = useMemo(() => chaptersOf(props.chapters, recording?.pages ?? [], durationMs), [props.chapters, recording]);
  const marks = useMemo(() => marksOf(props.marks, props.notes, durationMs), [props.marks, props.notes, recording]);
  const busy = useMemo(() => (recording ? activity(recording.events, recording.startedAt, durationMs, BINS) : []), [recording]);
  const stretches = useMemo(
    // What has not come yet only looks like a stretch in which nothing happened.
    () => (recording && source ? inactiveStretches(recording.events, recording.startedAt, durationMs).filter(({ from, to }) => source.has(from) && source.has(to)) : []),
    [recording],
  );
  const clicks = useMemo(() => (recording ? trailOf(recording.events, recording.startedAt) : { clicks: [], scrolls: [] }), [recording]);

  const onPosition = useCallback(
    (ms: number) => {
      if (clockText.current) clockText.current.textContent = clock(ms);
      const share = durationMs > 0 ? ms / durationMs : 0;
      bar.current?.style.setProperty("--hw-played", String(share));
      bar.current?.setAttribute("aria-valuenow", String(Math.round(ms / 1000)));
      bar.current?.setAttribute("aria-valuetext", `${spokenTime(ms)} of ${spokenTime(durationMs)}`);
      const chapter = latestAt(chapters, ms, (each) => each.at);
      setCurrent(chapter ? chapters.indexOf(chapter) : 0);
      const now = dotsAt(clicks, ms);
      setDots((before) => (SAME_DOTS(before, now) ? before : now));
      report(Math.round(ms));
    },
    [chapters, clicks, durationMs],
  );
  const playback = usePlayback(room, source, stretches, {
    startMs,
    speed,
    skipInactive,
    autoPlay,
    policy,
    trail: POINTER_TRAIL,
    onPosition,
    onSize: (width, tall) => setPage({ width, height: tall }),
    onSkip: setSkipped,
    onMissing: want,
  });
  const state = loaded.state === "ready" ? playback.state : loaded.state;
  const errorText = loaded.state === "error" ? loaded.text : state === "error" ? playback.fault : "";

  useEffect(() => {
    tell.current?.({ state, errorText, durationMs: Math.round(durationMs), positionMs: Math.round(playback.position.current ?? 0) });
    dispatch("state", state);
  }, [state, errorText, durationMs]);
  // More of the recording, or its length, moves everything on the bar.
  useEffect(() => onPosition(playback.position.current ?? 0), [onPosition]);
  useEffect(() => setSpeed(props.speed ?? 1), [props.speed]);
  useEffect(() => setSkipInactive(props.skipInactive ?? true), [props.skipInactive]);
  const begun = useRef(startMs);
  useEffect(() => {
    if (begun.current !== startMs) playback.seek(startMs);
    begun.current = startMs;
  }, [startMs]);
  useEffect(() => {
    const moved = (event: Event): void => playback.seek(Number((event as CustomEvent<unknown>).detail) || 0);
    whole.current?.addEventListener("hw-player-seek", moved);
    return () => whole.current?.removeEventListener("hw-player-seek", moved);
  }, [playback.seek]);
  useEffect(() => {
    if (!skipped) return undefined;
    const timer = setTimeout(() => setSkipped(null), 1800);
    return () => clearTimeout(timer);
  }, [skipped]);
  useEffect(() => {
    const changed = (): void => setFullscreen(document.fullscreenElement === whole.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);

  const toggleFullscreen = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else whole.current?.requestFullscreen?.().catch(() => undefined);
  };
  const closeShortcuts = (): void => {
    setShortcuts(false);
    whole.current?.focus();
  };
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || state === "loading" || state === "empty" || state === "error") return;
    if (shortcuts) {
      if (event.key === "Escape" || event.key === "?") closeShortcuts();
      return;
    }
    if (event.target instanceof HTMLSelectElement) return;
    const action = keyAction(event.key, event.target instanceof HTMLButtonElement, {
      position: playback.position.current ?? 0,
      durationMs,
      speed,
      chapters,
      marks,
      toggle: playback.toggle,
      seek: playback.seek,
      setSpeed,
      toggleSkip: () => setSkipInactive(!skipInactive),
      toggleTrail: () => setTrail(!trail),
      toggleFullscreen,
      toggleShortcuts: () => setShortcuts(true),
      ask: (what) => {
        if (what === "note" && state === "playing") playback.toggle();
        dispatch("ask", what);
      },
    });
    if (!action) return;
    event.preventDefault();
    action();
  };

  const { width, tall } = useRoomWidth(whole);
  const hasChapters = chapters.length > 1;
  const bars = 40 + 96 + (hasChapters ? 53 : 0);
  const high = fullscreen ? Math.max(120, tall - bars) : stageHeight(width, height, window.innerHeight, bars);
  const scale = fitScale(page, { width: width - 24, height: high - 24 });
  const chapter = chapters[current];
  const seen = recording ? latestAt(recording.pages, playback.position.current ?? 0, (each) => each.at) : undefined;
  const partial = source?.complete ? leftOut(source.recording.damaged + source.recording.headless, source.recording.cut) : "";

  return (
    <div
      id={id}
      ref={whole}
      className="hw-player"
      data-hw-scheme={colorScheme}
      data-hw-state={state}
      data-hw-narrow={width < 620 || undefined}
      data-hw-complete={source?.complete || undefined}
      onKeyDown={onKey}
      role="region"
      tabIndex={-1}
      aria-label="Session player"
    >
      <AddressBar
        href={recording ? chapter?.href || seen?.href || "" : " "}
        count={hasChapters ? `${current + 1} of ${chapters.length}` : ""}
        size={recording ? `${page.width} × ${page.height}` : ""}
      />
      <div className="hw-stage" style={{ height: high }} onClick={playback.toggle}>
        <div className="hw-stage-page" style={{ width: page.width * scale, height: page.height * scale, visibility: loaded.state === "ready" && state !== "error" ? "visible" : "hidden" }}>
          <div className="hw-stage-frame" ref={room} style={{ width: page.width, height: page.height, transform: `scale(${scale})` }} />
          {trail && <ClickTrail dots={dots} page={page} scale={scale} />}
        </div>
        {loaded.state === "loading" && <div className="hw-skeleton" role="status" aria-label="The recording is being loaded" />}
        {state === "empty" && <Notice kind="empty" title="Nothing to play" text={loaded.state === "empty" ? loaded.text : ""} />}
        {state === "error" && (
          <Notice
            kind="error"
            title="This recording can't be played"
            text={errorText}
            onRetry={loaded.state === "error" && loaded.canRetry ? () => setAttempt(attempt + 1) : undefined}
          />
        )}
        {(state === "ready" || state === "ended") && (
          <button type="button" className="hw-big-play" aria-label={state === "ended" ? "Play again" : "Play"} onClick={() => whole.current?.focus()}>
            <svg viewBox="0 0 20 20" width="30" height="30" aria-hidden="true">
              <path d="M6 3.8v12.4a.6.6 0 0 0 .92.5l9.7-6.2a.6.6 0 0 0 0-1l-9.7-6.2a.6.6 0 0 0-.92.5Z" fill="currentColor" />
            </svg>
          </button>
        )}
        {skipped && <div className="hw-toast hw-numbers">Skipped {shortSpan(skipped.to - skipped.from)} without activity</div>}
        {playback.waiting && state === "playing" && (
          <div className="hw-toast" role="status">
            {playback.live ? "Waiting for the visitor to go on" : "Loading what comes next"}
          </div>
        )}
        {partial && state !== "error" && <div className="hw-partial">{partial}</div>}
        {shortcuts && <Shortcuts onClose={closeShortcuts} />}
      </div>
      <div className="hw-player-bars">
        <SeekBar
          durationMs={durationMs}
          activity={busy}
          stretches={stretches}
          chapters={chapters}
          marks={marks}
          disabled={!recording || state === "error"}
          barRef={bar}
          thumbnail={source && state !== "error" ? (ms) => <Thumbnail source={source} policy={policy} at={ms} /> : () => null}
          onSeek={playback.seek}
        />
        <Controls
          state={state}
          durationMs={durationMs}
          speed={speed}
          skipInactive={skipInactive}
          trail={trail}
          open={source?.open ?? false}
          live={playback.live}
          narrow={width < 620}
          fullscreen={fullscreen}
          nowRef={clockText}
          onToggle={playback.toggle}
          onFollow={playback.follow}
          onSpeed={setSpeed}
          onSkipInactive={setSkipInactive}
          onTrail={setTrail}
          onShortcuts={() => setShortcuts(true)}
          onFullscreen={toggleFullscreen}
        />
      </div>
      {hasChapters && <ChapterStrip chapters={chapters} current={current} onSeek={playback.seek} />}
    </div>
  );
}

function leftOut(events: number, cut: number): string {
  const said = events ? [`${events} damaged event${events === 1 ? " was" : "s were"} left out`] : [];
  if (cut) said.push("parts too large to be shown were cut");
  return said.join("; ");
}
