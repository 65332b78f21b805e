/** What the colours mean, in units, and what could not be placed. */
import React from "react";
import { gradient, type Ramp } from "./ramps";

export type HeatKind = "click" | "tap" | "rage" | "dead" | "error" | "move" | "scroll";

interface LegendProps {
  kind: HeatKind;
  placed: number;
  unplaced: number;
  /** Scroll maps: views in all, and how deep half of them went, share of the page. */
  views: number;
  median: number | null;
  width: number;
  showElements: boolean;
  canShowElements: boolean;
  onShowElements: (show: boolean) => void;
  saving: "" | "busy" | "failed";
  onSave: (() => void) | undefined;
}

const WORDS: Record<HeatKind, [one: string, many: string]> = {
  click: ["click", "clicks"],
  tap: ["tap", "taps"],
  rage: ["rage click", "rage clicks"],
  dead: ["dead click", "dead clicks"],
  error: ["error click", "error clicks"],
  move: ["pointer sample", "pointer samples"],
  scroll: ["view", "views"],
};

export const rampOf = (kind: HeatKind): Ramp => (kind === "move" ? "cool" : "warm");

export function counted(count: number, kind: HeatKind): string {
  return `${count.toLocaleString("en")} ${WORDS[kind][count === 1 ? 0 : 1]}`;
}

export function Legend(props: LegendProps): React.ReactElement {
  const { kind, placed, unplaced, views, median, width, showElements, canShowElements, onShowElements, saving, onSave } = props;
  const isScroll = kind === "scroll";
  return (
    <div className="hw-legend">
      <div className="hw-legend-scale">
        <span>{isScroll ? "0 %" : "few"}</span>
        <i style={{ background: gradient(rampOf(kind)) }} aria-hidden="true" />
        <span>{isScroll ? "100 % of views" : `many ${WORDS[kind][1]}`}</span>
      </div>
      <span className="hw-legend-fact hw-numbers">
        <b>{counted(isScroll ? views : placed, kind)}</b>
        {isScroll && median !== null && ` · half went ${Math.round(median * 100)} % down`}
      </span>
      {!isScroll && unplaced > 0 && (
        <span className="hw-legend-fact hw-numbers" title="Their elements are not on this picture of the page, or do not show at this width. They are not drawn.">
          {unplaced.toLocaleString("en")} unplaced
        </span>
      )}
      <span className="hw-legend-gap" />
      {width > 0 && <span className="hw-legend-fact hw-numbers">Page at {width} px</span>}
      {canShowElements && (
        <button type="button" className="hw-legend-toggle" aria-pressed={showElements} onClick={() => onShowElements(!showElements)}>
          Elements
        </button>
      )}
      {onSave && (
        <button type="button" className="hw-legend-toggle" disabled={saving === "busy"} onClick={onSave}>
          {saving === "failed" ? "Picture failed: try again" : saving === "busy" ? "Saving…" : "Save PNG"}
        </button>
      )}
    </div>
  );
}
