import assert from "node:assert/strict";
import { test } from "node:test";
import { governed, start, wake } from "./governor";

const records = (count: number): MutationRecord[] => new Array<MutationRecord>(count);
const busy = (ms: number): void => {
  for (const began = performance.now(); performance.now() - began < ms; );
};

test("cheap mutations are looked at, always", () => {
  start(() => assert.fail("nothing to rest for"));
  let looked = 0;
  for (let n = 0; n < 100; n++) governed(records(10), () => looked++);
  assert.equal(looked, 100);
});

test("after too much work it looks away until it is woken, and longer the second time", () => {
  const rests: number[] = [];
  start((ms) => rests.push(ms));
  governed(records(1), () => busy(50));
  let looked = 0;
  governed(records(1), () => looked++);
  assert.equal(looked, 0);
  wake();
  governed(records(1), () => looked++);
  assert.equal(looked, 1);
  governed(records(100_000), () => assert.fail("far too many at once"));
  assert.equal(rests.length, 2);
  assert.ok(rests[1]! > rests[0]!);
});
