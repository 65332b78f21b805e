/** Events of a page view, gathered into bodies that the collector takes. */
import type { Emit } from "./events";
import { after } from "./guarded";
import { toJson } from "./json";
import type { PageView } from "./page_views";
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
  let waits = false;

  function flush(): void {
    waits = false;
    if (!events.length) return;
    transport.send("e", view, `{"e":[${events.join(",")}]}`);
    events = [];
    bytes = 0;
  }

  return {
    flush,
    add: (event) => {
      const text = toJson({ t: Date.now(), ...event });
      const size = bytesOf(text) + 1;
      if (events.length >= MOST_EVENTS || bytes + size > MOST_BYTES) flush();
      events.push(text);
      bytes += size;
      if (waits) return;
      waits = true;
      after(EVERY_MS, flush);
    },
  };
}
