import assert from "node:assert/strict";
import { test } from "node:test";
import { encode, toJson } from "./json";

const VALUES = [
  { k: "event", t: 1, props: { a: "x", b: 1.5, c: true, d: "\"\\\n\u2028\u0000 ü 😀" } },
  [[0, "#a", 1, 2], []],
  { list: [null, undefined, { deep: [1] }], gone: undefined, none: null, nan: NaN, endless: Infinity, zero: -0 },
  "text",
  {},
];

test("the encoder writes what the standard writes", () => {
  for (const value of VALUES) assert.equal(encode(value), JSON.stringify(value));
});

test("a toJSON of the page's changes nothing", () => {
  const expected = VALUES.map((value) => JSON.stringify(value));
  const prototype = Array.prototype as { toJSON?: () => string };
  prototype.toJSON = () => "polluted";
  try {
    assert.deepEqual(VALUES.map((value) => toJson(value)), expected);
  } finally {
    delete prototype.toJSON;
  }
});
