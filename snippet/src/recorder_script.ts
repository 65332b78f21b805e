/** Fetches the recorder when the page has loaded and is idle. */
import type { Heatwake } from "./config";
import { after, guarded } from "./guarded";
import type { Recording, RecordingHost, StartRecording } from "./recording_host";

const LATEST_MS = 3_000;

/** Calls `started` once the recorder runs. */
export function load(heatwake: Heatwake, host: RecordingHost, isWanted: () => boolean, started: (recording: Recording) => void): void {
  const fetchScript = guarded(() => {
    if (!isWanted()) return;
    heatwake.r = guarded((recorder) => {
      delete heatwake.r;
      if (isWanted()) started((recorder as StartRecording)(host));
    });
    const script = document.createElement("script");
    script.async = true;
    script.src = heatwake.c!.recorder;
    script.nonce = heatwake.s?.nonce ?? "";
    document.head.appendChild(script);
  });
  const idle = (): void => {
    if ("requestIdleCallback" in window) requestIdleCallback(fetchScript, { timeout: LATEST_MS });
    else after(200, fetchScript);
  };
  if (document.readyState === "complete") idle();
  else host.listeners.on(window, "load", idle);
}
