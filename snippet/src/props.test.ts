import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanName, cleanProps } from "./props";
import { clip } from "./text";

test("only flat values that the protocol has are kept", () => {
  assert.deepEqual(cleanProps({ a: "x", b: 1, c: false, d: null, e: {}, f: [1], g: NaN, h: 1e300, i: () => 1 }), { a: "x", b: 1, c: false });
  for (const other of [null, undefined, "text", 5]) assert.deepEqual(cleanProps(other), {});
});

test("at most 32 properties, names of 100 and texts of 500 characters", () => {
  const many = cleanProps(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key${n}`, n])));
  assert.equal(Object.keys(many).length, 32);
  const [[name, text]] = Object.entries(cleanProps({ ["n".repeat(200)]: "t".repeat(900) })) as [[string, string]];
  assert.deepEqual([name.length, text.length], [100, 500]);
});

test("a text is not cut in the middle of a character", () => {
  assert.equal(clip("ab😀", 3), "ab");
  assert.equal(clip("ab😀", 4), "ab😀");
});

test("names are texts or numbers", () => {
  assert.equal(cleanName(4711, 200), "4711");
  assert.equal(cleanName("x".repeat(300), 200).length, 200);
  for (const other of [null, undefined, {}, [], true]) assert.equal(cleanName(other, 200), "");
});
