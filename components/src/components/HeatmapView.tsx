import React, { useEffect, useMemo, useRef, useState, type MouseEvent } from "react";
import { boxOf, type SeenBox } from "../heatmap/boxes";
import { elementAt, findElements, readElements, type FoundElement } from "../heatmap/element_shares";
import { counted, Legend, rampOf } from "../heatmap/Legend";
import { paintDensity, paintDepth } from "../heatmap/paint";
import { pictureOf, save } from "../heatmap/picture";
import { place } from "../heatmap/placement";
import { depthsOf } from "../heatmap/scroll_depth";
import { ScrollLines } from "../heatmap/ScrollLines";
import { resolve } from "../heatmap/selectors";
import { useBackdrop } from "../heatmap/use_backdrop";
import { Notice } from "../player/Notice";
import { useRoomWidth } from "../player/use_room_width";
import { loadPolicy } from "../replay/policy";
import { useScheme } from "../use_scheme";

interface Props {
  /** The component's id. */
  id?: string;
  /** Where the page's picture is read from: GET answers {"event": rrweb full snapshot, "width", "height"}. */
  snapshotUrl?: string;
  /** Points on elements, [selector, fx, fy, count]; fx and fy are fractions of the element's box, 0 to 255. */
  points?: [string, number, number, number][];
  /** For a scroll map: [depth in %, views that went at least so deep]. */
  scroll?: [number, number][];
  /** What the map shows. */
  kind?: "click" | "tap" | "rage" | "dead" | "error" | "move" | "scroll";
  /** Layout width in CSS px at which the page is rebuilt; without it the width at which its picture was taken. */
  width?: number;
  /** How strongly the heat covers the page, 0 to 1. */
  opacity?: number;
  /** Where the heat of one point ends, CSS px of the page. */
  radius?: number;
  /** Colours of the map around the page; without it those of the document (`data-mantine-color-scheme`). */
  colorScheme?: "light" | "dark";
  /** The page's elements with their part of all points, for what is shown on hover; share is 0 to 1. */
  elements?: { selector: string; text: string; count: number; share: number }[];
  /** Whether the elements with most points are outlined; the viewer can change it. */
  showElements?: boolean;
  /** Selector of an element to be outlined, as if the viewer pointed at it. */
  highlight?: string;
  /** File name under which the viewer can save the map as a picture; without it there is no button for that. */
  pictureName?: string;
  /** Address below which stored page assets (pictures, fonts) are served; nothing else is ever loaded into the page. */
  assetsUrl?: string;
  /** Output: how many counts were drawn. */
  placed?: number;
  /** Output: how many counts have no place on this page at this width. */
  unplaced?: number;
  /** Output: height of the page at this width, CSS px. */
  pageHeight?: number;
  /** Output: the element that the viewer clicked on. */
  clicked?: { selector: string; count: number; text: string };
  /** Output: what the map is doing. */
  state?: "loading" | "ready" | "empty" | "error";
  /** Output: what went wrong, in words for the viewer; empty when nothing did. */
  errorText?: string;
  /** Called by Dash when an output changes. */
  setProps?: (props: Record<string, unknown>) => void;
}

const OUTLINED = 25;

interface Hover {
  item: FoundElement;
  x: number;
  y: number;
}

/** Shows where people clicked, moved or scrolled, over the page as it is at a width. */
const HeatmapView = (props: Props): React.ReactElement => {
  const { id, snapshotUrl, points, scroll, kind = "click", width = 0, opacity = 0.85, radius = 28, setProps } = props;
  const colorScheme = useScheme(props.colorScheme);
  const [attempt, setAttempt] = useState(0);
  const [saving, setSaving] = useState<"" | "busy" | "failed">("");
  const [showElements, setShowElements] = useState(props.showElements ?? false);
  const [hover, setHover] = useState<Hover | null>(null);
  const whole = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width: available } = useRoomWidth(whole);
  const policy = useMemo(() => loadPolicy(props.assetsUrl, window.location.href), [props.assetsUrl]);
  const backdrop = useBackdrop(room, snapshotUrl, width, policy, attempt);
  const { page, height, layout, state } = backdrop;
  const ready = state === "ready" && page !== null;
  const scale = backdrop.width > 0 ? Math.min(1, available / backdrop.width) : 1;
  const elements = useMemo(() => readElements(props.elements), [props.elements]);
  const depths = useMemo(() => depthsOf(scroll ?? []), [scroll]);

  const laid = useMemo(() => {
    if (!ready) return null;
    const bounds = { x: 0, y: 0, width: backdrop.width, height };
    const boxes = new Map<string, SeenBox | null>();
    const find = (selector: string): SeenBox | null => {
      if (!boxes.has(selector)) {
        const element = resolve(selector, page);
        boxes.set(selector, element && boxOf(element, bounds));
      }
      return boxes.get(selector) ?? null;
    };
    return { ...place(kind === "scroll" ? [] : (points ?? []), find), found: findElements(elements, page, bounds) };
  }, [ready, page, layout, height, points, kind, elements]);

  useEffect(() => {
    if (!laid || !canvas.current) return;
    const size = { width: backdrop.width, height };
    if (kind === "scroll") paintDepth(canvas.current, depths, size);
    else paintDensity(canvas.current, laid.points, size, scale * window.devicePixelRatio, radius, rampOf(kind));
  }, [laid, kind, depths, scale, radius]);
  useEffect(() => setShowElements(props.showElements ?? false), [props.showElements]);
  useEffect(() => {
    const placed = laid?.placed ?? 0;
    const unplaced = laid?.unplaced ?? 0;
    setProps?.({ state, errorText: state === "error" ? backdrop.text : "", placed, unplaced, pageHeight: ready ? height : 0 });
  }, [state, backdrop.text, laid, ready, height]);

  const under = (event: MouseEvent<HTMLElement>): Hover | null => {
    if (!laid || !page) return null;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const item = elementAt(laid.found, page, x / scale, y / scale);
    return item && { item, x, y };
  };
  const choose = (item: FoundElement | undefined): void => {
    if (item) setProps?.({ clicked: { selector: item.selector, count: item.count, text: item.text } });
  };
  const told = laid?.found.find((item) => item.selector === props.highlight);
  const pointed = hover?.item ?? told;
  const outlined = showElements ? (laid?.found.slice(0, OUTLINED) ?? []) : pointed ? [pointed] : [];
  const savePicture = (): void => {
    if (!page || !canvas.current || saving === "busy") return;
    setSaving("busy");
    const veil = colorScheme === "dark" ? "rgba(14, 17, 23, 0.42)" : "rgba(255, 255, 255, 0.28)";
    pictureOf({ page, heat: canvas.current, width: backdrop.width, height, veil, opacity })
      .then((blob) => save(blob, props.pictureName ?? "heatmap.png"))
      .then(() => setSaving(""))
      .catch(() => setSaving("failed"));
  };
  const shownWidth = Math.round(backdrop.width * scale);
  const shownHeight = Math.round(height * scale);

  return (
    <div id={id} ref={whole} className="hw-heatmap" data-hw-scheme={colorScheme} data-hw-state={state}>
      {ready && (
        <Legend
          kind={kind}
          placed={laid?.placed ?? 0}
          unplaced={laid?.unplaced ?? 0}
          views={depths.views}
          median={depths.median}
          width={backdrop.width}
          showElements={showElements}
          canShowElements={elements.length > 0 && kind !== "scroll"}
          onShowElements={setShowElements}
          saving={saving}
          onSave={props.pictureName ? savePicture : undefined}
        />
      )}
      <div className="hw-heatmap-stage" style={ready ? { height: shownHeight } : undefined}>
        <div
          className="hw-heatmap-page"
          style={{ width: shownWidth, height: shownHeight, visibility: ready ? "visible" : "hidden" }}
          onMouseMove={(event) => setHover(under(event))}
          onMouseLeave={() => setHover(null)}
          onClick={(event) => choose(under(event)?.item)}
        >
          <div className="hw-heatmap-frame" ref={room} style={{ width: backdrop.width, height, transform: `scale(${scale})` }} />
          <div className="hw-heatmap-veil" />
          <canvas
            ref={canvas}
            className="hw-heatmap-overlay"
            role="img"
            aria-label={kind === "scroll" ? `Scroll depth of ${counted(depths.views, kind)}` : `${counted(laid?.placed ?? 0, kind)} on this page`}
            style={{ opacity: Math.min(1, Math.max(0, opacity)) }}
          />
          {kind === "scroll" && ready && <ScrollLines depths={depths} fold={fold(page, height)} />}
          {outlined.map((item) => (
            <div
              key={item.selector}
              className="hw-heatmap-element"
              data-hw-pointed={item === pointed || undefined}
              style={{ left: item.box.x * scale, top: item.box.y * scale, width: item.box.width * scale, height: item.box.height * scale }}
            >
              {showElements && (
                <button
                  type="button"
                  className="hw-numbers"
                  aria-label={`${item.text || item.element.tagName.toLowerCase()}: ${counted(item.count, kind)}, ${percent(item.share)}`}
                  onClick={(event) => (event.stopPropagation(), choose(item))}
                >
                  {percent(item.share)}
                </button>
              )}
            </div>
          ))}
          {hover && (
            <div className="hw-heatmap-tip" style={{ left: `clamp(100px, ${hover.x}px, calc(100% - 100px))`, top: hover.y }} data-hw-below={hover.y < 70 || undefined}>
              <b>{hover.item.text || hover.item.element.tagName.toLowerCase()}</b>
              <span className="hw-numbers">
                {counted(hover.item.count, kind)} · {percent(hover.item.share)}
              </span>
            </div>
          )}
        </div>
        {state === "loading" && <div className="hw-skeleton" role="status" aria-label="The page is being loaded" />}
        {state === "empty" && <Notice kind="empty" title="No page to show" text={backdrop.text} />}
        {state === "error" && <Notice kind="error" title="The page can't be shown" text={backdrop.text} onRetry={backdrop.canRetry ? () => setAttempt(attempt + 1) : undefined} />}
      </div>
    </div>
  );
};

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function fold(page: Document, height: number): number {
  return height > 0 ? Number(page.defaultView?.frameElement?.getAttribute("data-hw-viewport") ?? height) / height : 1;
}

export default HeatmapView;
