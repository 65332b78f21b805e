/** Calls a function at most once in a while, and always with the last value. */
import { useEffect, useRef } from "react";

export function useThrottled<Value>(everyMs: number, call: (value: Value) => void): (value: Value) => void {
  const latest = useRef(call);
  latest.current = call;
  const kept = useRef({ timer: 0, last: undefined as Value | undefined, at: -Infinity });
  useEffect(() => () => window.clearTimeout(kept.current.timer), []);
  const throttled = useRef((value: Value): void => {
    const state = kept.current;
    if (value === state.last) return;
    state.last = value;
    if (state.timer) return;
    const send = (): void => {
      state.timer = 0;
      state.at = performance.now();
      latest.current(state.last as Value);
    };
    const wait = state.at + everyMs - performance.now();
    if (wait <= 0) send();
    else state.timer = window.setTimeout(send, wait);
  });
  return throttled.current;
}
