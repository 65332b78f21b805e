/**
 * Requests to the collector: one after the other in each channel, sent again with the same sequence number until they are
 * answered. When the page goes, what has no answer yet is handed to the browser to send by itself.
 */
import type { Config } from "./config";
import { after, type Listeners } from "./guarded";
import type { PageView } from "./page_views";

export type Channel = "e" | "r";
export type Body = string | Uint8Array<ArrayBuffer>;

export interface Transport {
  /** Whether the channel takes more; no, after a long time without a connection. */
  takes(channel: Channel): boolean;
  send(channel: Channel, view: PageView, body: Body): void;
  /** Bytes that a request which outlives the page may still have. */
  room(channel: Channel): number;
  /** The page may go: everything that has no answer goes out at once, as far as the browser takes it. */
  letGo(): void;
  stop(): void;
}

interface Waiting {
  channel: Channel;
  address: string;
  body: Body;
  size: number;
  /** Handed to the browser to finish even if the page goes. */
  kept?: boolean;
}

/** What browsers take for requests that outlive their page, all together; a little less, for headers. */
const KEPT_BYTES = 60_000;
/** Of these, what recordings leave to events. */
const LEFT_TO_EVENTS = 16_000;
const MOST_WAITING = 200;
const MOST_WAITING_BYTES = 8_388_608;
const LONGEST_WAIT_MS = 60_000;

export const bytesOf = (body: Body): number => new Blob([body]).size;

/** `refused`: the collector wants nothing from this site. */
export function startTransport(config: Config, listeners: Listeners, refused: () => void): Transport {
  let keptBytes = 0;
  let stopped = false;
  const room = (channel: Channel): number => KEPT_BYTES - keptBytes - (channel === "r" ? LEFT_TO_EVENTS : 0);
  const fits = ({ channel, size }: Waiting): boolean => size <= room(channel);

  /** `outlives`: the request is to be finished even if the page goes. */
  async function post(request: Waiting, outlives: boolean): Promise<Response> {
    const { body, size } = request;
    const keepalive = outlives && fits(request);
    if (keepalive) {
      request.kept = true;
      keptBytes += size;
    }
    try {
      return await fetch(request.address + Date.now(), {
        method: "POST",
        body,
        headers: { "Content-Type": "text/plain" },
        credentials: "omit",
        keepalive,
      });
    } finally {
      if (keepalive) {
        request.kept = false;
        keptBytes -= size;
      }
    }
  }

  function line() {
    let waiting: Waiting[] = [];
    let busy = false;
    let failures = 0;
    let timer = 0;

    function again(askedS: number): void {
      const wait = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** failures++) * (1 + Math.random() / 4);
      timer = after(Math.max(wait, askedS * 1_000), () => {
        timer = 0;
        go();
      });
    }

    /** Whether it must be sent again, after how many seconds; null if not. */
    function answered(request: Waiting, { status, headers }: Response): number | null {
      if (status >= 500 || status === 429) return Number(headers.get("Retry-After")) || 0;
      if (status === 403 || status === 404) refused();
      failures = 0;
      waiting = waiting.filter((other) => other !== request);
      return null;
    }

    /** Sends the first that waits. */
    function go(): void {
      const request = waiting[0];
      if (busy || timer || !request || stopped) return;
      busy = true;
      // What has failed once may have failed by the page's own use of that room.
      post(request, !failures)
        .then((answer) => answered(request, answer))
        .catch(() => 0)
        .then((askedS) => {
          busy = false;
          if (askedS === null) go();
          else if (!stopped) again(askedS);
        });
    }

    return {
      add: (request: Waiting): void => {
        waiting.push(request);
        go();
      },
      full: (): boolean => waiting.length >= MOST_WAITING || waiting.reduce((sum, { size }) => sum + size, 0) > MOST_WAITING_BYTES,
      /** The connection is back. */
      retry: (): void => {
        clearTimeout(timer);
        timer = failures = 0;
        go();
      },
      letGo: (): void => {
        for (const request of waiting) {
          if (request.kept || !fits(request)) continue;
          post(request, true).then((answer) => answered(request, answer), () => 0);
        }
      },
      clear: (): void => {
        clearTimeout(timer);
        waiting = [];
      },
    };
  }

  const lines = { e: line(), r: line() };
  listeners.on(window, "online", () => {
    lines.e.retry();
    lines.r.retry();
  });
  const takes = (channel: Channel): boolean => !stopped && !lines[channel].full();
  return {
    takes,
    room,
    send: (channel, { session, id, next }, body) => {
      if (!takes(channel)) return;
      const n = next[channel]++;
      const query = `v=1&k=${config.key}&s=${session.id}&p=${id}&n=${n}&u=${session.visitor}&t=`;
      lines[channel].add({ channel, address: `${config.collector}/c/${channel}?${query}`, body, size: bytesOf(body) });
    },
    letGo: () => {
      lines.e.letGo();
      lines.r.letGo();
    },
    stop: () => {
      stopped = true;
      lines.e.clear();
      lines.r.clear();
    },
  };
}
