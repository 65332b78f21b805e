/**
 * The page as it was at the time under the pointer, small: a stage of its own beside the one that plays. It is built when
 * it is first needed, moves only while the browser has nothing else to do, and the longer a move takes the rarer they are.
 */
import React, { useEffect, useRef, useState } from "react";
import type { Stage } from "../replay/engine";
import type { LoadPolicy } from "../replay/policy";
import type { RecordedEvent } from "../replay/recorded";
import { picturedTime } from "../replay/recording";
import type { Ready } from "./use_recording";

interface ThumbnailProps {
  source: Ready;
  policy: LoadPolicy;
  at: number;
}

const WIDTH = 200;
const TALLEST = 150;
/** Times that lie closer together than this part of the recording show the same. */
const STEPS = 400;
const REST_MS = 90;

export function Thumbnail({ source, policy, at }: ThumbnailProps): React.ReactElement {
  const room = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const [page, setPage] = useState({ width: 1280, height: 720 });
  const [shown, setShown] = useState(-1);
  const cost = useRef(0);
  const { recording } = source;
  const step = Math.max(250, recording.durationMs / STEPS);
  const wanted = Math.min(recording.durationMs, Math.round(at / step) * step);
  const there = source.has(wanted);

  useEffect(() => () => (stage.current?.close(), (stage.current = null), undefined), [source.key]);
  useEffect(() => {
    stage.current?.replace(copied(recording.events));
  }, [recording]);
  useEffect(() => {
    if (!there || shown === wanted) return undefined;
    let idle = 0;
    const show = (): void => {
      const root = room.current;
      if (!root) return;
      const begun = performance.now();
      const to = picturedTime(recording, wanted);
      try {
        if (stage.current) stage.current.show(to);
        else stage.current = source.engine.openStage(root, copied(recording.events), to, quiet(setPage), { policy, trail: "" });
        setShown(wanted);
      } catch {
        stage.current = null;
      }
      cost.current = performance.now() - begun;
    };
    const timer = window.setTimeout(() => (idle = whenIdle(show)), stage.current ? REST_MS + 4 * cost.current : REST_MS);
    return () => {
      window.clearTimeout(timer);
      window.cancelIdleCallback?.(idle);
    };
  }, [wanted, there, recording]);

  const scale = Math.min(WIDTH / page.width, TALLEST / page.height);
  return (
    <div className="hw-thumbnail" data-hw-shown={shown < 0 ? undefined : Math.round(shown)} style={{ width: page.width * scale, height: page.height * scale }} aria-hidden="true">
      <div className="hw-thumbnail-frame" ref={room} style={{ width: page.width, height: page.height, transform: `scale(${scale})`, visibility: shown < 0 ? "hidden" : "visible" }} />
    </div>
  );
}

const quiet = (setPage: (size: { width: number; height: number }) => void): { onSize(width: number, height: number): void; onFinish(): void; onFault(): void } => ({
  onSize: (width, height) => setPage({ width, height }),
  onFinish: () => undefined,
  onFault: () => undefined,
});

/** The Replayer writes into the events that it is given; two of them must not share them. */
function copied(events: RecordedEvent[]): RecordedEvent[] {
  return events.map((event) => ({ ...event, data: { ...event.data } }));
}

function whenIdle(call: () => void): number {
  if (window.requestIdleCallback) return window.requestIdleCallback(call, { timeout: 600 });
  call();
  return 0;
}
