/** The tracker: does the calls of `window.heatwake`, those that came before it and those that come. */
import type { Call, Heatwake } from "./config";
import { guarded } from "./guarded";
import { cleanName, cleanProps } from "./props";
import { decide, forget, mayBegin, touch } from "./session";
import { startTracking, type Tracking } from "./tracking";

const run = (heatwake: Heatwake): void => {
  const config = heatwake.c;
  if (!config || !/^https?:$/.test(location.protocol)) return;
  let tracking: Tracking | null = null;
  const begin = (): void => {
    // Whether the site leaves this session out: always the same answer, and the collector's.
    if (touch().id.slice(24) >= config.sample!) return;
    tracking ??= startTracking(heatwake, config);
  };
  const end = (): void => {
    tracking?.stop();
    tracking = null;
  };

  const answer = guarded((call: Call) => {
    const [what, first, second] = call as unknown[];
    if (what === "event") {
      const name = cleanName(first, 100);
      // Those are the tracker's own.
      if (name && name[0] !== "$") tracking?.emit({ k: "event", name, props: cleanProps(second) });
    } else if (what === "identify") {
      const id = cleanName(first, 200);
      if (id) tracking?.emit({ k: "identify", id, traits: cleanProps(second) });
    } else if (what === "consent") {
      decide(!!first);
      if (first) return begin();
      end();
      forget();
    } else if (what === "stop") {
      end();
    }
  });

  const early = heatwake.q as Call[];
  heatwake.q = { push: answer };
  // The last word on consent holds for all calls that came before us.
  const others: Call[] = [];
  let consent: boolean | null = null;
  for (let at = 0; at < early.length; at++) {
    const call = early[at]!;
    if (call[0] === "consent") consent = !!call[1];
    else others.push(call);
  }
  const may = mayBegin(config.ask);
  if (consent !== null) answer(["consent", consent]);
  else if (may) begin();
  others.forEach(answer);
};

guarded(() => {
  const heatwake = window.heatwake;
  if (!heatwake) return;
  const start = guarded(() => run(heatwake));
  // A page that is being prepared before anybody has asked for it is no page view yet.
  if ((document as { prerendering?: boolean }).prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
