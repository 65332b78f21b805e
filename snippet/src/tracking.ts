/** A visitor's stay, from consent to stop: the modules put together. */
import { cleanAddress } from "./addresses";
import * as clicks from "./clicks";
import { RECORDER, SIGNALS, type Config, type Heatwake } from "./config";
import type { Emit, PageEvent } from "./events";
import { newListeners } from "./guarded";
import { scrubbed } from "./labels";
import { load } from "./late_scripts";
import { maskAll } from "./masking";
import { newOutbox, type Outbox } from "./outbox";
import * as pageViews from "./page_views";
import * as presence from "./presence";
import type { Recording, RecordingHost, StartRecording } from "./recording_host";
import * as scroll from "./scroll";
import { touch } from "./session";
import type { Signals, StartSignals } from "./signals_host";
import { elementOf, spotOf } from "./spots";
import { startTransport } from "./transport";
import * as typedValues from "./typed_values";

export interface Tracking {
  emit: Emit;
  stop(): void;
}

export function startTracking(heatwake: Heatwake, config: Config): Tracking {
  const listeners = newListeners();
  maskAll(config.privacy === "strict");
  const kept = heatwake.s?.dataset["hwQuery"] ?? "";
  const transport = startTransport(config, listeners, stop);
  let view: pageViews.PageView;
  let outbox: Outbox;
  let recording: Recording | null = null;
  let signals: Signals | null = null;
  let address = "";
  let stopped = false;

  function beginPage(nav: PageEvent["nav"], ref: string): void {
    view = pageViews.newPageView();
    outbox = newOutbox(transport, view);
    scroll.reset();
    presence.reset();
    const event = pageViews.pageEvent(nav, ref, kept);
    address = event.url;
    outbox.add(event);
  }

  function endPage(): void {
    outbox.add({ k: "leave", ...scroll.depth(), ms: presence.visibleMs() });
  }

  function nextPage(nav: PageEvent["nav"]): void {
    if (touch() === view.session) {
      signals?.turn();
      endPage();
    }
    outbox.flush();
    beginPage(nav, nav === "spa" ? address : document.referrer);
    recording?.turn(nav !== "spa");
  }

  /** A sign of life. If another session has begun meanwhile, here or in another tab, what comes now is a page view of that one. */
  function alive(): void {
    if (!stopped && touch() !== view.session) nextPage("load");
  }

  function emit(event: Parameters<Emit>[0]): void {
    if (stopped) return;
    alive();
    outbox.add(event);
  }

  function leave(): void {
    signals?.leave();
    endPage();
    outbox.flush();
    // Events first: they are small, and a recording's end may not find room.
    transport.letGo();
    recording?.flush();
    transport.letGo();
  }

  function stop(): void {
    stopped = true;
    listeners.stop();
    recording?.stop();
    transport.stop();
  }

  beginPage(pageViews.cameBack() ? "back" : "load", document.referrer);
  typedValues.start(listeners);
  clicks.start(listeners, (click, target, event) => {
    emit(click);
    signals?.click(click, target, event);
  });
  scroll.start(listeners, emit);
  presence.start(listeners, leave);
  pageViews.start(listeners, nextPage);
  listeners.on(window, "keydown", alive);
  listeners.on(window, "scroll", alive);
  const host: RecordingHost = {
    listeners,
    view: () => {
      alive();
      return view;
    },
    takes: () => transport.takes("r"),
    send: (of, body) => transport.send("r", of, body),
    room: () => transport.room("r"),
    kept,
    privacy: config.privacy,
    withoutTyped: typedValues.withoutTyped,
  };
  const goesOn = (): boolean => !stopped;
  load(heatwake, SIGNALS, listeners, goesOn, (start) => {
    const collector = `${config.collector}/c/`;
    signals = (start as StartSignals)({ listeners, emit, collector, elementOf, spotOf, scrubbed, clean: (address) => cleanAddress(address, kept) });
  });
  if (config.record) load(heatwake, RECORDER, listeners, goesOn, (start) => (recording = (start as StartRecording)(host)));
  return { emit, stop };
}
