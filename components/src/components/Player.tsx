import React, { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { AddressBar } from "../player/AddressBar";
import { ChapterStrip } from "../player/ChapterStrip";
import { chaptersOf, marksOf } from "../player/chapters";
import { clock, shortSpan, spokenTime } from "../player/clock";
import { Controls, SPEEDS } from "../player/Controls";
import { fitScale, stageHeight } from "../player/fit";
import { Notice } from "../player/Notice";
import { activity, inactiveStretches, latestAt, type Stretch } from "../player/timeline";
import { SeekBar } from "../player/SeekBar";
import { usePlayback } from "../player/use_playback";
import { useRecording } from "../player/use_recording";
import { useThrottled } from "../player/use_throttled";
import { useRoomWidth } from "../player/use_room_width";
import { loadPolicy } from "../replay/policy";
import { useScheme } from "../use_scheme";

interface Props {
  /** The component's id. */
  id?: string;
  /** Where the recording is read from: GET answers {"events": [rrweb events]}. */
  eventsUrl?: string;
  /** Where the player begins, ms since the start of the recording; a new value moves it there. */
  startMs?: number;
  /** How many times faster than it happened: 1, 2, 4 or 8. */
  speed?: number;
  /** Whether stretches of more than 5 seconds in which the visitor did nothing are left out. */
  skipInactive?: boolean;
  /** Whether it plays as soon as it is loaded. */
  autoPlay?: boolean;
  /** The page views of the session, at_ms since the start of the recording; without them the recording's own. */
  chapters?: { at_ms: number; label: string; href?: string }[];
  /** What is marked on the timeline, at_ms since the start of the recording; kind is click, rage, dead, error, event or any other. */
  marks?: { at_ms: number; kind: string; label?: string }[];
  /** Colours of the player around the page; without it those of the document (`data-mantine-color-scheme`). */
  colorScheme?: "light" | "dark";
  /** Height of the whole player in px; without it the height follows from the width. */
  height?: number;
  /** Address below which stored page assets (pictures, fonts) are served; nothing else is ever loaded into the page. */
  assetsUrl?: string;
  /** Output: where the player is, ms since the start of the recording; at most twice a second. */
  positionMs?: number;
  /** Output: length of the recording in ms. */
  durationMs?: number;
  /** Output: what the player is doing. */
  state?: "loading" | "ready" | "playing" | "paused" | "ended" | "empty" | "error";
  /** Output: what went wrong, in words for the viewer; empty when nothing did. */
  errorText?: string;
  /** Called by Dash when an output changes. */
  setProps?: (props: Record<string, unknown>) => void;
}

const BINS = 160;
const STEP_MS = 5_000;
const REPORT_MS = 500;
const TRAIL = "#f76707";

/** Plays a recorded session in a closed-off frame, with a timeline of what the visitor did. */
const Player = (props: Props): React.ReactElement => {
  const { id, eventsUrl, startMs = 0, autoPlay = false, height, setProps } = props;
  const colorScheme = useScheme(props.colorScheme);
  const [attempt, setAttempt] = useState(0);
  const [speed, setSpeed] = useState(props.speed ?? 1);
  const [skipInactive, setSkipInactive] = useState(props.skipInactive ?? true);
  const [fullscreen, setFullscreen] = useState(false);
  const [page, setPage] = useState({ width: 1280, height: 720 });
  const [current, setCurrent] = useState(0);
  const [skipped, setSkipped] = useState<Stretch | null>(null);
  const whole = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const clockText = useRef<HTMLSpanElement>(null);
  const tell = useRef(setProps);
  tell.current = setProps;
  const report = useThrottled(REPORT_MS, (positionMs: number) => tell.current?.({ positionMs }));

  const policy = useMemo(() => loadPolicy(props.assetsUrl, window.location.href), [props.assetsUrl]);
  const loaded = useRecording(eventsUrl, policy, attempt);
  const recording = loaded.state === "ready" ? loaded.recording : null;
  const durationMs = recording?.durationMs ?? 0;
  const chapters = useMemo(() => chaptersOf(props.chapters, recording?.pages ?? [], durationMs), [props.chapters, recording]);
  const marks = useMemo(() => marksOf(props.marks, durationMs), [props.marks, recording]);
  const busy = useMemo(() => (recording ? activity(recording.events, recording.startedAt, durationMs, BINS) : []), [recording]);
  const stretches = useMemo(() => (recording ? inactiveStretches(recording.events, recording.startedAt, durationMs) : []), [recording]);

  const onPosition = useCallback(
    (ms: number) => {
      if (clockText.current) clockText.current.textContent = clock(ms);
      const share = durationMs > 0 ? ms / durationMs : 0;
      bar.current?.style.setProperty("--hw-played", String(share));
      bar.current?.setAttribute("aria-valuenow", String(Math.round(ms / 1000)));
      bar.current?.setAttribute("aria-valuetext", `${spokenTime(ms)} of ${spokenTime(durationMs)}`);
      const chapter = latestAt(chapters, ms, (each) => each.at);
      setCurrent(chapter ? chapters.indexOf(chapter) : 0);
      report(Math.round(ms));
    },
    [chapters, durationMs],
  );
  const source = useMemo(() => (loaded.state === "ready" ? loaded : null), [loaded]);
  const playback = usePlayback(room, source, stretches, {
    startMs,
    speed,
    skipInactive,
    autoPlay,
    policy,
    trail: TRAIL,
    onPosition,
    onSize: (width, tall) => setPage({ width, height: tall }),
    onSkip: setSkipped,
  });
  const state = loaded.state === "ready" ? playback.state : loaded.state;
  const errorText = loaded.state === "error" ? loaded.text : state === "error" ? playback.fault : "";

  useEffect(() => {
    tell.current?.({ state, errorText, durationMs: Math.round(durationMs), positionMs: Math.round(playback.position.current ?? 0) });
  }, [state, errorText, durationMs]);
  useEffect(() => setSpeed(props.speed ?? 1), [props.speed]);
  useEffect(() => setSkipInactive(props.skipInactive ?? true), [props.skipInactive]);
  const begun = useRef(startMs);
  useEffect(() => {
    if (begun.current !== startMs) playback.seek(startMs);
    begun.current = startMs;
  }, [startMs]);
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
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || state === "loading" || state === "empty" || state === "error") return;
    const onButton = event.target instanceof HTMLButtonElement;
    const position = playback.position.current ?? 0;
    const actions: Record<string, (() => void) | undefined> = {
      " ": onButton ? undefined : playback.toggle,
      k: playback.toggle,
      ArrowLeft: () => playback.seek(position - STEP_MS),
      ArrowRight: () => playback.seek(position + STEP_MS),
      Home: () => playback.seek(0),
      End: () => playback.seek(durationMs),
      f: toggleFullscreen,
      s: () => setSkipInactive(!skipInactive),
      "<": () => setSpeed(SPEEDS[Math.max(0, SPEEDS.indexOf(speed as 1) - 1)] ?? 1),
      ">": () => setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(speed as 1) + 1)] ?? 1),
    };
    const action = actions[event.key];
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
  const partial = recording ? leftOut(recording.damaged + recording.headless) : "";

  return (
    <div
      id={id}
      ref={whole}
      className="hw-player"
      data-hw-scheme={colorScheme}
      data-hw-state={state}
      data-hw-narrow={width < 560 || undefined}
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
        {partial && state !== "error" && <div className="hw-partial">{partial}</div>}
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
          onSeek={playback.seek}
        />
        <Controls
          state={state}
          durationMs={durationMs}
          speed={speed}
          skipInactive={skipInactive}
          fullscreen={fullscreen}
          nowRef={clockText}
          onToggle={playback.toggle}
          onSpeed={setSpeed}
          onSkipInactive={setSkipInactive}
          onFullscreen={toggleFullscreen}
        />
      </div>
      {hasChapters && <ChapterStrip chapters={chapters} current={current} onSeek={playback.seek} />}
    </div>
  );
};

function leftOut(events: number): string {
  return events ? `${events} damaged event${events === 1 ? " was" : "s were"} left out` : "";
}

export default Player;
