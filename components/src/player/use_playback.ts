/**
 * Plays a recording on a stage: where it is, whether it moves, how fast.
 *
 * The position changes with every frame of the screen, so it is kept beside React: `onPosition` draws it, and only what
 * changes rarely is state.
 */
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import type { Engine } from "../replay/load_engine";
import type { LoadPolicy } from "../replay/policy";
import { picturedTime, type Recording } from "../replay/recording";
import type { Stage } from "../replay/engine";
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
}

export interface Playback {
  state: PlayState;
  fault: string;
  position: RefObject<number>;
  toggle(): void;
  seek(ms: number): void;
}

const FAULT = "This recording is damaged: its page can't be rebuilt.";

export function usePlayback(
  room: RefObject<HTMLDivElement | null>,
  source: { recording: Recording; engine: Engine } | null,
  stretches: Stretch[],
  options: PlaybackOptions,
): Playback {
  const [state, setState] = useState<PlayState>("ready");
  const [fault, setFault] = useState("");
  const stage = useRef<Stage | null>(null);
  const position = useRef(0);
  const latest = useRef({ options, stretches });
  latest.current = { options, stretches };

  const at = useCallback((ms: number) => {
    position.current = ms;
    latest.current.options.onPosition(ms);
  }, []);

  useEffect(() => {
    const root = room.current;
    if (!root || !source) return undefined;
    const { recording, engine } = source;
    const { options: now } = latest.current;
    const start = Math.min(Math.max(0, now.startMs), recording.durationMs);
    setFault("");
    setState("ready");
    const fail = (): void => {
      setFault(FAULT);
      setState("error");
    };
    try {
      stage.current = engine.openStage(
        root,
        recording.events,
        picturedTime(recording, start),
        { onSize: now.onSize, onFinish: () => setState((now) => (now === "playing" ? "ended" : now)), onFault: fail },
        { policy: now.policy, trail: now.trail },
      );
      stage.current.setSpeed(now.speed);
      at(start);
      if (now.autoPlay) {
        stage.current.play(start);
        setState("playing");
      }
    } catch {
      fail();
    }
    return () => {
      stage.current?.close();
      stage.current = null;
      root.replaceChildren();
    };
  }, [source]);

  useEffect(() => stage.current?.setSpeed(options.speed), [options.speed]);

  useEffect(() => {
    if (state === "ended" && source) at(source.recording.durationMs);
    if (state !== "playing") return undefined;
    let frame = 0;
    const tick = (): void => {
      const playing = stage.current;
      if (!playing || !source) return;
      const now = Math.min(playing.time(), source.recording.durationMs);
      const { options: current, stretches: idle } = latest.current;
      const stretch = current.skipInactive ? stretchAt(idle, now) : undefined;
      if (stretch) {
        playing.play(stretch.to);
        current.onSkip(stretch);
        at(stretch.to);
      } else {
        at(now);
      }
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [state, source]);

  const seek = useCallback(
    (ms: number) => {
      const playing = stage.current;
      if (!playing || !source || state === "error") return;
      const to = Math.min(Math.max(0, ms), source.recording.durationMs);
      at(to);
      if (state === "playing") playing.play(to);
      else {
        playing.show(picturedTime(source.recording, to));
        setState("paused");
      }
    },
    [source, state],
  );

  const toggle = useCallback(() => {
    const playing = stage.current;
    if (!playing || !source || state === "error") return;
    if (state === "playing") {
      playing.pause();
      setState("paused");
      return;
    }
    const from = state === "ended" || position.current >= source.recording.durationMs ? 0 : position.current;
    playing.play(from);
    setState("playing");
  }, [source, state]);

  return { state, fault, position, toggle, seek };
}
