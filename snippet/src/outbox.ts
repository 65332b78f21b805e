/** Events of a page view, gathered into bodies that the collector takes. */
import type { Emit, PageEvent } from "./events";
import { after } from "./guarded";
import { encode } from "./json";
import { title, type PageView } from "./page_views";
import { bytesOf, type Transport } from "./transport";

const EVERY_MS = 1_000;
const MOST_EVENTS = 100;
/** Far below the collector's limit, so that a body still goes out when the page is left. */
const MOST_BYTES = 30_000;

export interface Outbox {
  add: Emit;
  flush(): void;
}

export function newOutbox(transport: Transport, view: PageView): Outbox {
  let events: string[] = [];
  let bytes = 0;
  /** Waits at the front: applications set a page's title after its address. */
  let page: PageEvent | null = null;

  function flush(): void {
    page = null;
    if (!events.length) return;
    transport.send("e", view, `{"e":[${events.join(",")}]}`);
    events = [];
    bytes = 0;
  }

  return {
    flush,
    add: (event) => {
      event = { ...event, t: event.t ?? Date.now() }; // its kind first, as collector/scan/events.rs reads it
      const text = encode(event);
      const size = bytesOf(text) + 1;
      if (events.length >= MOST_EVENTS || bytes + size > MOST_BYTES) flush();
      bytes += size;
      if (event.k === "page") page = event;
      if (events.push(text) > 1) return;
      after(EVERY_MS, () => {
        if (page) {
          page.title = title();
          events[0] = encode(page);
        }
        flush();
      });
    },
  };
}
