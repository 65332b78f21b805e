import assert from "node:assert/strict";
import { test } from "node:test";
import { dotsAt, trailOf } from "./click_trail";

const picture = (timestamp: number, top = 0) => ({ type: 2, timestamp, data: { node: { type: 0, id: 1 }, initialOffset: { left: 0, top } } });
const click = (timestamp: number, x: number, y: number) => ({ type: 3, timestamp, data: { source: 2, type: 2, id: 5, x, y } });
const scroll = (timestamp: number, y: number, id = 1) => ({ type: 3, timestamp, data: { source: 3, id, x: 0, y } });

test("clicks stay where they are on the page while it scrolls", () => {
  const trail = trailOf([picture(1000), click(2000, 10, 20), scroll(3000, 15), scroll(3100, 99, 8), click(4000, 10, 20)], 1000);
  assert.deepEqual(dotsAt(trail, 500), []);
  assert.deepEqual(dotsAt(trail, 1000), [{ x: 10, y: 20, number: 1 }]);
  assert.deepEqual(dotsAt(trail, 3000), [{ x: 10, y: 5, number: 1 }, { x: 10, y: 20, number: 2 }]);
});

test("a new page begins a new trail, and old clicks fade", () => {
  const trail = trailOf([picture(0), click(10, 1, 1), picture(1000, 7), click(2000, 2, 2), click(40_000, 3, 3)], 0);
  assert.deepEqual(dotsAt(trail, 1500), []);
  assert.deepEqual(dotsAt(trail, 2500), [{ x: 2, y: 2, number: 2 }]);
  assert.deepEqual(dotsAt(trail, 40_000), [{ x: 3, y: 3, number: 3 }]);
});
