import assert from "node:assert/strict";
import { test } from "node:test";
import { A_MINUTE, A_SESSION, Budget } from "./budget";

const NOON = Date.UTC(2026, 0, 1, 12);

test("a minute's bytes are counted anew each minute", () => {
  const budget = new Budget(() => false);
  assert.equal(budget.take("a", A_MINUTE - 1, NOON), null);
  assert.equal(budget.take("a", 1, NOON + 59_999), "minute");
  assert.equal(budget.rest(NOON + 59_000), 1_000);
  assert.equal(budget.take("a", A_MINUTE - 1, NOON + 60_000), null);
});

test("a session's bytes are its own", () => {
  const budget = new Budget(() => false);
  for (let minute = 0; minute < 40; minute++) {
    const limit = budget.take("a", 1_000_000, NOON + minute * 60_000);
    assert.equal(limit, (minute + 1) * 1_000_000 >= A_SESSION ? "session" : null);
  }
  assert.equal(budget.take("b", 1_000, NOON), null);
});

test("tabs of a session share the sum where it may be kept", () => {
  const kept: Record<string, string> = {};
  Object.assign(globalThis, { localStorage: { getItem: (name: string) => kept[name] ?? null, setItem: (name: string, text: string) => (kept[name] = text) } });
  const [one, other] = [new Budget(() => true), new Budget(() => true)];
  one.take("a", A_SESSION - 2_000_000, NOON);
  assert.equal(other.take("a", 1_000_000, NOON + 60_000), null);
  assert.equal(one.take("a", 1_000_000, NOON + 120_000), "session");
  assert.equal(other.take("b", 1_000, NOON + 180_000), null);
});
