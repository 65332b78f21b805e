/**
 * The loader: what `/h/<site_key>.js` answers. Takes up calls from the first moment and fetches the tracker. Does nothing
 * for a visitor who says "do not track" (unless the site does not ask for that), and nothing the second time.
 */
import { TRACKER, type Call, type Config, type Heatwake } from "./config";

declare const __HEATWAKE_CONFIG__: Config;

try {
  const before = window.heatwake as Partial<Heatwake> | undefined;
  if (!before?.c) {
    const heatwake = function (): void {
      heatwake.q.push(arguments);
    } as Heatwake;
    heatwake.q = (before?.q as Call[] | undefined) ?? [];
    heatwake.c = __HEATWAKE_CONFIG__;
    window.heatwake = heatwake;
    const says = navigator as { doNotTrack?: string | null; globalPrivacyControl?: boolean };
    if (!heatwake.c.all && (says.globalPrivacyControl || says.doNotTrack === "1")) {
      heatwake.q = { push: () => 0 };
    } else {
      const own = document.currentScript as HTMLScriptElement | null;
      heatwake.s = own;
      heatwake.f = (number) => {
        const script = document.createElement("script");
        script.async = true;
        script.src = heatwake.c!.files.replace("*", `${number}`);
        script.nonce = own?.nonce ?? "";
        document.head.appendChild(script);
      };
      heatwake.f(TRACKER);
    }
  }
} catch {
  // A page goes on as if the tracker were not there.
}
