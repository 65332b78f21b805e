/**
 * Plays a recording on a stage: where it is, whether it moves, how fast.
 *
 * The position changes with every frame of the screen, so it is kept beside React: `onPosition` draws it, and only what
 * changes rarely is state.
 */
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import type { LoadPolicy } from "../replay/policy";
import { picturedTime } from "../replay/recording";
import type { Stage } from "../replay/engine";
import type { Ready } from "./use_recording";
import { stretchAt, type Stretch } from "./timeline";

export type PlayState = "ready" | "playing" | "paused" | "ended" | "error";

export interface PlaybackOptions {
  startMs: number;
  speed: number;
  skipInactive: boolean;
  autoPlay: boolean;
  policy: LoadPolicy;
  trail: string;
  onPosition(ms: number): void;
  onSize(width: number, height: number): void;
  onSkip(stretch: Stretch): void;
  /** What shows this moment has not come yet. */
  onMissing(ms: number): void;
}

export interface Playback {
  state: PlayState;
  fault: string;
  position: RefObject<number>;
  /** Whether it stays at the end of a session that goes on. */
  live: boolean;
  /** Whether it waits for what comes next. */
  waiting: boolean;
  toggle(): void;
  seek(ms: number): void;
  follow(): void;
}

const FAULT = "This recording is damaged: its page can't be rebuilt.";
/** How far behind the visitor a live view is, and how far it may fall behind before it jumps. */
const BEHIND_MS = 1_500;
const FARTHEST_BEHIND_MS = 8_000;

export function usePlayback(room: RefObject<HTMLDivElement | null>, source: Ready | null, stretches: Stretch[], options: PlaybackOptions): Playback {
  const [state, setState] = useState<PlayState>("ready");
  const [fault, setFault] = useState("");
  const [live, setLive] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const stage = useRef<Stage | null>(null);
  const position = useRef(0);
  const latest = useRef({ options, stretches, source, state, live, waiting });
  latest.current = { options, stretches, source, state, live, waiting };

  const at = useCallback((ms: number) => {
    position.current = ms;
    latest.current.options.onPosition(ms);
  }, []);
  const fail = useCallback(() => {
    setFault(FAULT);
    setState("error");
  }, []);
  /** Plays from there, or waits until it has come. */
  const playFrom = useCallback((ms: number) => {
    const { source: now, options: current } = latest.current;
    if (now && !now.has(ms)) {
      stage.current?.pause();
      setWaiting(true);
      current.onMissing(ms);
      return;
    }
    setWaiting(false);
    stage.current?.play(ms);
  }, []);

  const key = source?.key;
  useEffect(() => {
    const root = room.current;
    const { source: now, options: current } = latest.current;
    if (!root || !now) return undefined;
    const { recording, engine } = now;
    const start = Math.min(Math.max(0, current.startMs), recording.durationMs);
    setFault("");
    setState("ready");
    setLive(false);
    setWaiting(false);
    const finish = (): void => {
      const { source: whole, live: following, state: is } = latest.current;
      if (is !== "playing" || !whole) return;
      if (!whole.complete || (whole.open && following)) setWaiting(true);
      else setState("ended");
    };
    try {
      stage.current = engine.openStage(
        root,
        recording.events,
        picturedTime(recording, start),
        { onSize: current.onSize, onFinish: finish, onFault: fail },
        { policy: current.policy, trail: current.trail },
      );
      stage.current.setSpeed(current.speed);
      at(start);
      if (current.autoPlay) {
        setState("playing");
        playFrom(start);
      }
    } catch {
      fail();
    }
    return () => {
      stage.current?.close();
      stage.current = null;
      root.replaceChildren();
    };
  }, [key]);

  const recording = source?.recording;
  const known = useRef<{ key?: object | undefined; covered: boolean }>({ covered: true });
  useEffect(() => {
    const playing = stage.current;
    if (!source || !playing || !recording) return;
    const before = known.current;
    known.current = { key, covered: source.has(position.current) };
    if (before.key !== key) return; // the stage was opened with it
    playing.replace(recording.events);
    const { state: is, live: following } = latest.current;
    if (is === "error") return;
    if (is === "playing") {
      const end = recording.durationMs;
      const from = following && end - position.current > FARTHEST_BEHIND_MS ? end - BEHIND_MS : position.current;
      if (position.current >= end - 1) {
        // At the end of what there is: more may come, or the visitor has gone.
        if (source.complete && !(source.open && following)) setState("ended");
        return;
      }
      playFrom(Math.max(from, playing.time() <= end ? Math.min(playing.time(), end) : from));
    } else if (!before.covered && known.current.covered) {
      playing.show(picturedTime(recording, position.current));
    }
  }, [recording]);

  useEffect(() => stage.current?.setSpeed(options.speed), [options.speed, key]);
  useEffect(() => {
    if (options.autoPlay && stage.current && latest.current.state === "ready") {
      setState("playing");
      playFrom(position.current);
    }
  }, [options.autoPlay]);

  useEffect(() => {
    if (state === "ended" && recording) at(recording.durationMs);
    if (state !== "playing" || waiting) return undefined;
    let frame = 0;
    const tick = (): void => {
      const playing = stage.current;
      const { source: now, options: current, stretches: idle, live: following } = latest.current;
      if (!playing || !now) return;
      const ms = Math.min(playing.time(), now.recording.durationMs);
      const stretch = current.skipInactive && !following ? stretchAt(idle, ms) : undefined;
      if (stretch) {
        current.onSkip(stretch);
        at(stretch.to);
        playFrom(stretch.to);
      } else {
        at(ms);
        if (!now.has(ms)) playFrom(ms);
      }
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [state, waiting, key]);

  const seek = useCallback(
    (ms: number) => {
      const playing = stage.current;
      const { source: now } = latest.current;
      if (!playing || !now || state === "error") return;
      const to = Math.min(Math.max(0, ms), now.recording.durationMs);
      setLive(false);
      at(to);
      known.current.covered = now.has(to);
      if (!known.current.covered) latest.current.options.onMissing(to);
      if (state === "playing") playFrom(to);
      else {
        playing.show(picturedTime(now.recording, to));
        setState("paused");
      }
    },
    [key, state],
  );

  const toggle = useCallback(() => {
    const playing = stage.current;
    const { source: now } = latest.current;
    if (!playing || !now || state === "error") return;
    setLive(false);
    if (state === "playing") {
      playing.pause();
      setWaiting(false);
      setState("paused");
      return;
    }
    const from = state === "ended" || position.current >= now.recording.durationMs ? 0 : position.current;
    setState("playing");
    playFrom(from);
  }, [key, state]);

  const follow = useCallback(() => {
    const { source: now } = latest.current;
    if (!stage.current || !now || state === "error") return;
    setLive(true);
    setState("playing");
    at(Math.max(0, now.recording.durationMs - BEHIND_MS));
    playFrom(position.current);
  }, [key, state]);

  return { state, fault, position, live, waiting, toggle, seek, follow };
}
