/** The replay engine, a script of its own, loaded from beside this one when a page first needs it. */
import type { openStage } from "./engine";

export interface Engine {
  openStage: typeof openStage;
}

declare global {
  interface Window {
    heatwakeReplayEngine?: Engine;
  }
}

// Dash serves our scripts as <name>.v<version>m<time>.js; the engine lies beside this one under the same fingerprint.
const ownSource = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
let loading: Promise<Engine> | null = null;

/** The engine; loaded once a page, and tried again when that failed. */
export function loadEngine(): Promise<Engine> {
  if (window.heatwakeReplayEngine) return Promise.resolve(window.heatwakeReplayEngine);
  loading ??= new Promise<Engine>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ownSource.replace(/heatwake_components(?=[^/]*$)/, "async-replay");
    script.onload = () => (window.heatwakeReplayEngine ? resolve(window.heatwakeReplayEngine) : reject(new Error("The player could not be started.")));
    script.onerror = () => reject(new Error("The player could not be loaded. Check the connection and try again."));
    document.head.append(script);
  }).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
