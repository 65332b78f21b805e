/**
 * The stage of a replay: rrweb's Replayer in a frame of ours. Bundled on its own and loaded when first needed.
 *
 * The frame is sandboxed without scripts (rrweb makes it so), and before the Replayer has built anything into it, its
 * empty document gets a Content-Security-Policy. A policy belongs to the document and can't be taken back: it stays in
 * force when a later page picture opens the document anew, and frames inside inherit it.
 */
import { Replayer } from "@rrweb/replay";
import type { eventWithTime } from "@rrweb/types";
import { contentSecurityPolicy, type LoadPolicy } from "./policy";
import { EVENT, objects, SOURCE, type RecordedEvent } from "./recorded";

export interface StageHandlers {
  /** The recorded viewport, CSS px. */
  onSize(width: number, height: number): void;
  onFinish(): void;
  /** A page could not be rebuilt. */
  onFault(error: unknown): void;
}

export interface StageOptions {
  policy: LoadPolicy;
  /** Colour of the mouse trail; empty: no trail and no pointer. */
  trail: string;
}

export interface Stage {
  frame: HTMLIFrameElement;
  play(atMs: number): void;
  /** Shows the page as it was at `atMs` and stays there. */
  show(atMs: number): void;
  pause(): void;
  /** Ms since the recording's first event. */
  time(): number;
  setSpeed(speed: number): void;
  /** The recording's events now that more of them have come; what is under way goes on after the next `play` or `show`. */
  replace(events: RecordedEvent[]): void;
  close(): void;
}

const STYLE_RULES = [
  ":where(canvas) { display: inline-block; width: calc(var(--hw-width, 300) * 1px); aspect-ratio: var(--hw-width, 300) / var(--hw-height, 150); background-size: 100% 100%; }",
  "canvas > * { display: none !important; }",
  // A recorded place is where the page is scrolled to at that moment, not where it sets out for.
  "* { scroll-behavior: auto !important; }",
  // Where there are no scripts, browsers offer their own controls.
  "video:not([controls])::-webkit-media-controls { display: none !important; }",
  "img[data-hw-missing] { background: repeating-linear-gradient(135deg, rgba(128,136,150,.16) 0 8px, rgba(128,136,150,.07) 8px 16px) !important; outline: 1px solid rgba(128,136,150,.28); outline-offset: -1px; }",
];

/** What of rrweb's Replayer has no type, since it is meant for itself. */
interface Inner {
  service: { state: { context: { events: unknown[] } } };
  rebuildFullSnapshot(event: unknown, isSync?: boolean): void;
  handleResize(size: { width: number; height: number }): void;
  hoverElements(element: Element): void;
}

/** Builds a stage below `root`, showing the page as it was at `atMs`. Throws when that page can't be rebuilt. */
export function openStage(root: HTMLElement, events: RecordedEvent[], atMs: number, handlers: StageHandlers, options: StageOptions): Stage {
  const replayer = new Replayer(events as unknown as eventWithTime[], {
    root,
    skipInactive: false,
    showWarning: false,
    triggerFocus: false,
    UNSAFE_replayCanvas: false,
    insertStyleRules: STYLE_RULES,
    mouseTail: options.trail ? { duration: 700, lineCap: "round", lineWidth: 3, strokeStyle: options.trail } : false,
  });
  const { iframe: frame } = replayer;
  frame.title = "Recorded page";
  frame.tabIndex = -1;
  try {
    enforce(frame, contentSecurityPolicy(options.policy));
  } catch (error) {
    replayer.destroy();
    throw error;
  }
  const inner = replayer as unknown as Inner;
  const rebuild = inner.rebuildFullSnapshot.bind(replayer);
  let known = events;
  let building = true;
  let firstFault: unknown;
  inner.rebuildFullSnapshot = (event, isSync) => {
    try {
      rebuild(event, isSync);
    } catch (error) {
      firstFault ??= error;
      if (!building) handlers.onFault(error);
    }
  };
  let size = { width: 0, height: 0 };
  replayer.on("resize", (changed) => {
    size = changed as typeof size;
    handlers.onSize(size.width, size.height);
  });
  replayer.on("finish", () => handlers.onFinish());
  const show = (at: number): void => {
    replayer.pause(at);
    // A page that scrolls below a mouse at rest tells of no move: what is there now is what the mouse is over.
    const rest = mouseAt(known, at);
    const below = rest && frame.contentDocument?.elementFromPoint(rest.x, rest.y);
    if (below) inner.hoverElements(below);
  };
  show(atMs);
  building = false;
  if (firstFault !== undefined) {
    replayer.destroy();
    throw firstFault;
  }
  // The Replayer sets the first page's size once more when it is idle; the page shown now may be a later one.
  const shown = size;
  setTimeout(() => frame.isConnected && shown.width && inner.handleResize(shown) === undefined && handlers.onSize(shown.width, shown.height), 0);

  return {
    frame,
    play: (at) => replayer.play(at),
    show,
    pause: () => replayer.pause(),
    time: () => replayer.getCurrentTime(),
    setSpeed: (speed) => replayer.setConfig({ speed }),
    replace: (all) => {
      known = all;
      const kept = inner.service.state.context.events;
      kept.length = 0;
      for (const event of all) kept.push(event);
    },
    close: () => replayer.destroy(),
  };
}

/** Where the mouse was on the page that is shown at `at`, ms since the first event; null if it had not come to it. */
function mouseAt(events: RecordedEvent[], at: number): { x: number; y: number } | null {
  const until = (events[0]?.timestamp ?? 0) + at;
  for (let n = events.length - 1; n >= 0; n--) {
    const { type, timestamp, data } = events[n]!;
    if (timestamp > until) continue;
    if (type === EVENT.Meta) return null;
    const last = type === EVENT.Incremental && data["source"] === SOURCE.MouseMove ? objects(data["positions"]).pop() : undefined;
    if (last) return { x: Number(last["x"]), y: Number(last["y"]) };
  }
  return null;
}

function enforce(frame: HTMLIFrameElement, policy: string): void {
  const page = frame.contentDocument;
  if (!page?.head || frame.getAttribute("sandbox") !== "allow-same-origin") throw new Error("The replay frame could not be closed off.");
  const meta = page.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = policy;
  page.head.append(meta);
}
