/** Web vitals of a page load as Google defines them, told once, when the page is first hidden: web.dev/articles/vitals. */
import type { SignalsHost } from "../signals_host";

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}

interface Interaction extends PerformanceEntry {
  interactionId?: number;
}

const GAP_MS = 1_000;
const WINDOW_MS = 5_000;
/** One in so many of the slowest interactions is left out. */
const LEFT_OUT = 50;

export function watchVitals({ listeners, emit }: SignalsHost): () => void {
  const found: Record<string, number> = {};
  const slowest = new Map<number, number>();
  let [shifted, first, last, told] = [0, 0, 0, false];

  function observe<E extends PerformanceEntry>(type: string, work: (entry: E) => void, more = {}): void {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => work(entry as E)));
    observer.observe({ type, buffered: true, ...more });
    listeners.off(() => observer.disconnect());
  }

  let interacted = false;
  listeners.on(window, "pointerdown", () => (interacted = true));
  listeners.on(window, "keydown", () => (interacted = true));
  observe("largest-contentful-paint", ({ startTime }) => {
    if (!interacted) found["lcp"] = startTime;
  });
  observe("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") found["fcp"] = startTime;
  });
  observe<Shift>("layout-shift", ({ value, hadRecentInput, startTime }) => {
    found["cls"] ??= 0;
    if (hadRecentInput) return;
    if (startTime - last > GAP_MS || startTime - first > WINDOW_MS) {
      shifted = 0;
      first = startTime;
    }
    last = startTime;
    shifted += value;
    found["cls"] = Math.max(found["cls"], shifted);
  });
  const interaction = ({ interactionId, duration }: Interaction): void => {
    if (interactionId) slowest.set(interactionId, Math.max(duration, slowest.get(interactionId) ?? 0));
  };
  observe("event", interaction, { durationThreshold: 40 });
  observe("first-input", interaction);

  return () => {
    if (told) return;
    told = true;
    const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    if (load) found["ttfb"] = load.responseStart;
    const all = [...slowest.values()].sort((a, b) => b - a);
    const inp = all[Math.min(all.length - 1, Math.floor(((performance as { interactionCount?: number }).interactionCount ?? all.length) / LEFT_OUT))];
    if (inp) found["inp"] = inp;
    const props: Record<string, number> = {};
    for (const [name, value] of Object.entries(found)) props[name] = name === "cls" ? Math.round(value * 10_000) / 10_000 : Math.round(value);
    emit({ k: "event", name: "$vitals", props });
  };
}
