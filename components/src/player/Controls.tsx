/** Play, time, speed, skipping, full screen. */
import React from "react";
import { clock } from "./clock";
import { Icon } from "./icons";
import type { PlayState } from "./use_playback";

export const SPEEDS = [1, 2, 4, 8] as const;

interface ControlsProps {
  state: PlayState | "loading" | "empty";
  durationMs: number;
  speed: number;
  skipInactive: boolean;
  fullscreen: boolean;
  nowRef: React.RefObject<HTMLSpanElement>;
  onToggle: () => void;
  onSpeed: (speed: number) => void;
  onSkipInactive: (skip: boolean) => void;
  onFullscreen: () => void;
}

export function Controls(props: ControlsProps): React.ReactElement {
  const { state, durationMs, speed, skipInactive, fullscreen, nowRef } = props;
  const disabled = state === "loading" || state === "empty" || state === "error";
  const [icon, label] = state === "playing" ? (["pause", "Pause"] as const) : state === "ended" ? (["again", "Play again"] as const) : (["play", "Play"] as const);
  return (
    <div className="hw-controls">
      <button type="button" className="hw-play" aria-label={label} title={`${label} (space)`} disabled={disabled} onClick={props.onToggle}>
        <Icon name={icon} />
      </button>
      <span className="hw-time hw-numbers">
        <span ref={nowRef}>0:00</span>
        <span className="hw-time-total"> / {clock(durationMs)}</span>
      </span>
      <span className="hw-controls-gap" />
      <button
        type="button"
        className="hw-toggle"
        aria-pressed={skipInactive}
        title="Leave out stretches in which nothing happens (S)"
        disabled={disabled}
        onClick={() => props.onSkipInactive(!skipInactive)}
      >
        <Icon name="skip" />
        <span className="hw-toggle-text">Skip inactivity</span>
      </button>
      <div className="hw-speeds" role="group" aria-label="Speed">
        {SPEEDS.map((value) => (
          <button key={value} type="button" aria-pressed={speed === value} disabled={disabled} onClick={() => props.onSpeed(value)} className="hw-numbers">
            {value}×
          </button>
        ))}
      </div>
      <button type="button" className="hw-plain" aria-label={fullscreen ? "Leave full screen" : "Full screen"} title="Full screen (F)" disabled={disabled} onClick={props.onFullscreen}>
        <Icon name={fullscreen ? "small" : "full"} />
      </button>
    </div>
  );
}
