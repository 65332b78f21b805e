/** The seek bar: how busy the visitor was, where nothing happened, page views and marks, and where the player is. */
import React, { useCallback, useRef, useState, type PointerEvent } from "react";
import type { Chapter, Mark } from "./chapters";
import { clock, shortSpan, spokenTime } from "./clock";
import { latestAt, stretchAt, type Stretch } from "./timeline";

interface SeekBarProps {
  durationMs: number;
  activity: number[];
  stretches: Stretch[];
  chapters: Chapter[];
  marks: Mark[];
  disabled: boolean;
  /** Drawn by the player with each frame: the bar itself (value for screen readers) and how far it is filled. */
  barRef: React.RefObject<HTMLDivElement>;
  /** The page as it was at that time, small. */
  thumbnail?: (ms: number) => React.ReactNode;
  onSeek: (ms: number) => void;
}

const HEIGHT = 28;
/** Kinds of marks that have a look of their own. */
const MARKS = new Set(["click", "rage", "dead", "error", "script", "thrash", "event", "note"]);

export function SeekBar(props: SeekBarProps): React.ReactElement {
  const { durationMs, activity, stretches, chapters, marks, disabled, barRef, onSeek } = props;
  // What is pointed at, and whether anything is: what shows it stays, so that the thumbnail need not be built anew.
  const [hover, setHover] = useState<number | null>(null);
  const [pointing, setPointing] = useState(false);
  const dragging = useRef(false);
  const percent = (ms: number): string => `${durationMs > 0 ? Math.min(100, Math.max(0, (ms / durationMs) * 100)) : 0}%`;

  const timeAt = useCallback(
    (event: PointerEvent): number => {
      const box = barRef.current?.getBoundingClientRect();
      return box?.width ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * durationMs : 0;
    },
    [durationMs],
  );
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (disabled || event.button) return;
    dragging.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    onSeek(timeAt(event));
  };
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const at = timeAt(event);
    setHover(at);
    setPointing(true);
    if (dragging.current) onSeek(at);
  };

  return (
    <div
      ref={barRef}
      className="hw-timeline"
      role="slider"
      tabIndex={disabled ? -1 : 0}
      aria-label="Position in the recording"
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={0}
      aria-valuetext={`0 seconds of ${spokenTime(durationMs)}`}
      aria-disabled={disabled}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={() => (dragging.current = false)}
      onPointerCancel={() => (dragging.current = false)}
      onPointerLeave={() => setPointing(false)}
    >
      <svg className="hw-timeline-activity" viewBox={`0 0 ${activity.length || 1} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={areaPath(activity)} />
      </svg>
      <div className="hw-timeline-track">
        <div className="hw-timeline-filled" />
        {stretches.map((stretch) => (
          <div key={stretch.from} className="hw-timeline-idle" style={{ left: percent(stretch.from), width: percent(stretch.to - stretch.from) }} />
        ))}
        {chapters.slice(1).map((chapter, index) => (
          <div key={index} className="hw-timeline-page" style={{ left: percent(chapter.at) }} />
        ))}
      </div>
      {chapters.slice(1).map((chapter, index) => (
        <div key={index} className="hw-timeline-turn" style={{ left: percent(chapter.at) }} />
      ))}
      {marks.map((mark, index) => (
        <div key={index} className={`hw-timeline-mark hw-mark-${MARKS.has(mark.kind) ? mark.kind : "other"}`} style={{ left: percent(mark.at) }} />
      ))}
      <div className="hw-timeline-knob" />
      {hover !== null && !disabled && (
        <div className="hw-timeline-tip" style={{ visibility: pointing ? "visible" : "hidden", left: `clamp(104px, ${percent(hover)}, calc(100% - 104px))` }}>
          {props.thumbnail?.(hover)}
          <span className="hw-timeline-said">
            <b className="hw-numbers">{clock(hover)}</b>
            {tip(hover, props)}
          </span>
        </div>
      )}
    </div>
  );
}

/** What is at the time under the pointer: the nearest mark, an inactive stretch, or the page. */
function tip(at: number, { durationMs, marks, stretches, chapters }: SeekBarProps): React.ReactNode {
  const near = marks.filter((mark) => Math.abs(mark.at - at) < durationMs * 0.008);
  const stretch = stretchAt(stretches, at);
  const text = near.length
    ? near.slice(0, 3).map((mark) => mark.label || mark.kind).join(", ")
    : stretch
      ? `No activity for ${shortSpan(stretch.to - stretch.from)}`
      : latestAt(chapters, at, (chapter) => chapter.at)?.label;
  return text ? <span>{text}</span> : null;
}

function areaPath(values: number[]): string {
  if (!values.length) return "";
  const points = values.map((value, index) => `L${index + 0.5} ${(HEIGHT - value * (HEIGHT - 2)).toFixed(1)}`);
  return `M0 ${HEIGHT}${points.join("")}L${values.length} ${HEIGHT}Z`;
}
