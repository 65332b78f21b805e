/** Fetches the scripts that nobody waits for, the recorder and the signals, when the page has loaded and is idle. */
import type { Heatwake, Late } from "./config";
import { after, guarded, type Listeners } from "./guarded";

const LATEST_MS = 3_000;

/** Calls `take` with what the script hands over, as long as it `isWanted`. */
export function load(heatwake: Heatwake, name: Late, listeners: Listeners, isWanted: () => boolean, take: (handed: unknown) => void): void {
  const fetchScript = guarded(() => {
    if (!isWanted()) return;
    (heatwake.r ??= {})[name] = guarded((handed) => {
      delete heatwake.r![name];
      if (isWanted()) take(handed);
    });
    heatwake.f!(name);
  });
  const idle = (): void => {
    if ("requestIdleCallback" in window) requestIdleCallback(fetchScript, { timeout: LATEST_MS });
    else after(200, fetchScript);
  };
  if (document.readyState === "complete") idle();
  else listeners.on(window, "load", idle);
}
