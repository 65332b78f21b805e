/** The session's page views in their order; each leads to its place in the recording. */
import React, { useEffect, useRef } from "react";
import type { Chapter } from "./chapters";
import { clock } from "./clock";

interface ChapterStripProps {
  chapters: Chapter[];
  current: number;
  onSeek: (ms: number) => void;
}

export function ChapterStrip({ chapters, current, onSeek }: ChapterStripProps): React.ReactElement {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const strip = list.current;
    const item = strip?.children[current];
    if (strip && item instanceof HTMLElement) strip.scrollTo({ left: item.offsetLeft - strip.clientWidth / 2 + item.offsetWidth / 2, behavior: "smooth" });
  }, [current]);
  return (
    <ol className="hw-chapters" ref={list} aria-label="Pages of this session">
      {chapters.map((chapter, index) => (
        <li key={index}>
          <button type="button" aria-current={index === current ? "step" : undefined} title={chapter.href || chapter.label} onClick={() => onSeek(chapter.at)}>
            <span className="hw-chapter-number hw-numbers">{index + 1}</span>
            <span className="hw-chapter-label">{chapter.label}</span>
            <span className="hw-chapter-time hw-numbers">{clock(chapter.at)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
