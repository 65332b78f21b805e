import assert from "node:assert/strict";
import { test } from "node:test";
import { density, heat, hottest } from "./density";
import { place } from "./placement";
import { colourAt, lookup, type Ramp } from "./ramps";
import { depthReached, depthsOf } from "./scroll_depth";
import { gridScale } from "./paint";

test("a point is hottest at its place, as high as its count, and ends at its radius", () => {
  const { values, columns } = density(Float32Array.of(50, 20, 7), 100, 40, 1, 9);
  assert.ok(Math.abs(values[20 * columns + 50]! - 7) < 1e-5);
  assert.equal(Math.max(...values), values[20 * columns + 50]);
  assert.equal(values[20 * columns + 60], 0);
  assert.ok(values[20 * columns + 55]! > 0);
});

test("points add up, and those at the edge stay within the page", () => {
  const once = density(Float32Array.of(0, 0, 1, 99, 39, 1), 100, 40, 1, 12);
  const twice = density(Float32Array.of(0, 0, 1, 99, 39, 1, 0, 0, 1), 100, 40, 1, 12);
  assert.ok(Math.abs(twice.values[0]! - 2 * once.values[0]!) < 1e-5);
  assert.equal(density(Float32Array.of(-50, 500, 1), 100, 40, 0.25, 12).values.length, 25 * 10);
});

test("heat is logarithmic from 0 to 1 and nothing is hot on an empty grid", () => {
  assert.equal(hottest(density(new Float32Array(), 10, 10, 1, 3)), 0);
  assert.equal(heat(5, 0), 0);
  assert.equal(heat(1000, 1000), 1);
  assert.equal(heat(5000, 1000), 1);
  assert.ok(heat(10, 1000) > 0.3);
});

test("grids stay within what a canvas can hold", () => {
  for (const [width, height] of [[1280, 60_000], [390, 20_000], [1920, 1080]] as const) {
    const scale = gridScale({ width, height }, 2);
    assert.ok(width * scale * height * scale <= 1_500_001 && height * scale <= 16_000);
  }
});

test("points lie at their fraction of the whole box; what is clipped, missing or malformed is not drawn", () => {
  const box = { whole: { x: 100, y: 10, width: 51, height: 20 }, seen: { x: 100, y: 10, width: 25, height: 20 } };
  const find = (selector: string) => (selector === "#a" ? box : null);
  const result = place([["#a", 50, 255, 3], ["#a", 250, 5, 4], ["#b", 1, 1, 5], ["#a", "x", 1, 1], null, ["#a", 1, 1, 0]], find);
  assert.deepEqual([[...result.points], result.placed, result.unplaced], [[110, 30, 3], 3, 9]);
});

test("both scales grow lighter all the way, so that they can be read without colours", () => {
  for (const ramp of ["warm", "cool"] as Ramp[]) {
    const light = Array.from({ length: 17 }, (_, i) => colourAt(ramp, i / 16)).map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
    light.slice(1).forEach((value, index) => assert.ok(value > light[index]!, `${ramp} ${index}`));
  }
  assert.deepEqual([lookup("warm")[3], lookup("warm")[255 * 4 + 3]! > 200], [0, true]);
});

test("scroll depths are bands of shares, and half of the views went as deep as the curve says", () => {
  const depths = depthsOf([[0, 100], [50, 100], [100, 0], ["x", 1], [200, 5], null]);
  assert.deepEqual(depths.bands.map(({ from, to, share }) => [from, to, share]), [[0, 0.5, 1], [0.5, 1, 0]]);
  assert.equal(depths.median, 0.75);
  assert.equal(depthReached(depths.bands, 0.25), 0.875);
  assert.deepEqual([depthsOf([]).median, depthsOf([[0, 0], [100, 0]]).median], [null, null]);
});
