/** The visitor's last clicks over the page: numbered dots, the line between them. */
import React from "react";
import type { Dot } from "./click_trail";

interface ClickTrailProps {
  dots: Dot[];
  page: { width: number; height: number };
  /** How much smaller the page is shown; dots keep their size. */
  scale: number;
}

export function ClickTrail({ dots, page, scale }: ClickTrailProps): React.ReactElement | null {
  if (!dots.length) return null;
  const points = dots.map(({ x, y }) => `${x * scale},${y * scale}`).join(" ");
  return (
    <svg className="hw-trail" width={page.width * scale} height={page.height * scale} aria-hidden="true">
      <polyline points={points} />
      {dots.map((dot, index) => (
        <g key={dot.number} opacity={0.45 + (0.55 * (index + 1)) / dots.length} transform={`translate(${dot.x * scale} ${dot.y * scale})`}>
          <circle r="10" />
          <text dy="4">{dot.number}</text>
        </g>
      ))}
    </svg>
  );
}
