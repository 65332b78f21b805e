import assert from "node:assert/strict";
import { test } from "node:test";
import { LoadedRanges } from "./loaded_ranges";

test("what is loaded around the moment is loaded on first, then what lies before it", () => {
  const ranges = new LoadedRanges();
  ranges.add(1000, 2000);
  assert.deepEqual([ranges.has(999), ranges.has(1000), ranges.has(2000)], [false, true, false]);
  assert.equal(ranges.gap(1500), 2000);
  ranges.add(2000, Infinity);
  assert.equal(ranges.gap(1500), 0);
  ranges.add(0, 700);
  assert.equal(ranges.gap(1500), 700);
  assert.equal(ranges.gap(800), 800);
  ranges.add(700, 1200);
  assert.equal(ranges.gap(1500), null);
});
