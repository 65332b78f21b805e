/** Lines over a scroll map: where each tenth of the views stopped, how far half of them went, and the first screen. */
import React from "react";
import { depthReached, type Depths } from "./scroll_depth";

interface ScrollLinesProps {
  depths: Depths;
  /** Share of the page that shows without scrolling. */
  fold: number;
}

export function ScrollLines({ depths, fold }: ScrollLinesProps): React.ReactElement {
  const lines = [0.75, 0.5, 0.25, 0.1].map((share) => ({ share, at: depthReached(depths.bands, share) }));
  return (
    <div className="hw-scroll-lines" aria-hidden="true">
      {lines
        .filter(({ at }, index) => at < 0.999 && lines.findIndex((line) => Math.abs(line.at - at) < 0.004) === index)
        .map(({ share, at }) => (
          <div key={share} className={share === 0.5 ? "hw-scroll-line hw-scroll-median" : "hw-scroll-line"} style={{ top: `${at * 100}%` }}>
            <span className="hw-numbers">{share === 0.5 ? "Half of the views came this far" : `${share * 100} % came this far`}</span>
          </div>
        ))}
      {fold < 0.98 && (
        <div className="hw-scroll-line hw-scroll-fold" style={{ top: `${fold * 100}%` }}>
          <span>First screen ends</span>
        </div>
      )}
    </div>
  );
}
