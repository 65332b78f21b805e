/** Play, time, live, trail, skipping, speed, keys, full screen. */
import React from "react";
import { clock } from "./clock";
import { Icon } from "./icons";
import type { PlayState } from "./use_playback";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;

interface ControlsProps {
  state: PlayState | "loading" | "empty";
  durationMs: number;
  speed: number;
  skipInactive: boolean;
  trail: boolean;
  /** Whether the session goes on: its end can be followed. */
  open: boolean;
  live: boolean;
  narrow: boolean;
  fullscreen: boolean;
  nowRef: React.RefObject<HTMLSpanElement>;
  onToggle: () => void;
  onFollow: () => void;
  onSpeed: (speed: number) => void;
  onSkipInactive: (skip: boolean) => void;
  onTrail: (trail: boolean) => void;
  onShortcuts: () => void;
  onFullscreen: () => void;
}

export function Controls(props: ControlsProps): React.ReactElement {
  const { state, durationMs, speed, skipInactive, trail, open, live, narrow, fullscreen, nowRef } = props;
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
      {open && (
        <button type="button" className="hw-toggle hw-live" aria-pressed={live} title="The session goes on: stay at its end" disabled={disabled} onClick={props.onFollow}>
          <i aria-hidden="true" />
          Live
        </button>
      )}
      <span className="hw-controls-gap" />
      <button type="button" className="hw-toggle" aria-pressed={trail} aria-label="Click trail" title="Show the last clicks over the page (T)" disabled={disabled} onClick={() => props.onTrail(!trail)}>
        <Icon name="trail" />
        <span className="hw-toggle-text">Clicks</span>
      </button>
      <button
        type="button"
        className="hw-toggle"
        aria-pressed={skipInactive}
        aria-label="Skip inactivity"
        title="Leave out stretches in which nothing happens (S)"
        disabled={disabled}
        onClick={() => props.onSkipInactive(!skipInactive)}
      >
        <Icon name="skip" />
        <span className="hw-toggle-text">Skip inactivity</span>
      </button>
      {narrow ? (
        <select className="hw-speed-choice hw-numbers" aria-label="Speed" value={speed} disabled={disabled} onChange={(event) => props.onSpeed(Number(event.target.value))}>
          {SPEEDS.map((value) => (
            <option key={value} value={value}>
              {value}×
            </option>
          ))}
        </select>
      ) : (
        <div className="hw-speeds" role="group" aria-label="Speed">
          {SPEEDS.map((value) => (
            <button key={value} type="button" aria-pressed={speed === value} disabled={disabled} onClick={() => props.onSpeed(value)} className="hw-numbers">
              {value}×
            </button>
          ))}
        </div>
      )}
      {!narrow && (
        <button type="button" className="hw-plain" aria-label="Keys" title="Keys of the player (?)" disabled={disabled} onClick={props.onShortcuts}>
          <Icon name="keys" />
        </button>
      )}
      <button type="button" className="hw-plain" aria-label={fullscreen ? "Leave full screen" : "Full screen"} title="Full screen (F)" disabled={disabled} onClick={props.onFullscreen}>
        <Icon name={fullscreen ? "small" : "full"} />
      </button>
    </div>
  );
}
