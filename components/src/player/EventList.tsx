/** What happened, moment by moment, beside a player that has no page around it: follows the player and moves it. */
import React, { useEffect, useMemo, useRef } from "react";
import { chaptersOf, marksOf } from "./chapters";
import { clock } from "./clock";

interface EventListProps {
  chapters: unknown;
  marks: unknown;
  notes: unknown;
  positionMs: number;
  onSeek: (ms: number) => void;
}

export function EventList({ chapters, marks, notes, positionMs, onSeek }: EventListProps): React.ReactElement {
  const list = useRef<HTMLOListElement>(null);
  const rows = useMemo(() => {
    const pages = chaptersOf(chapters, [], Infinity).map(({ at, label }) => ({ at, kind: "page", label }));
    return [...pages, ...marksOf(marks, notes, Infinity)].sort((a, b) => a.at - b.at);
  }, [chapters, marks, notes]);
  let current = -1;
  rows.forEach((row, index) => row.at <= positionMs + 50 && (current = index));
  useEffect(() => {
    const row = list.current?.children[current];
    if (list.current && row instanceof HTMLElement) list.current.scrollTo({ top: row.offsetTop - list.current.clientHeight / 3, behavior: "smooth" });
  }, [current]);
  return (
    <ol className="hw-event-list" ref={list} aria-label="What happened">
      {rows.map((row, index) => (
        <li key={index}>
          <button type="button" aria-current={index === current ? "step" : undefined} onClick={() => onSeek(row.at)}>
            <i className={`hw-timeline-mark hw-mark-${row.kind}`} aria-hidden="true" />
            <span>{row.label || row.kind}</span>
            <span className="hw-numbers">{clock(row.at)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
