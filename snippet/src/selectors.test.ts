import assert from "node:assert/strict";
import { test } from "node:test";
import { looksStable } from "./selectors";

test("ids that people write are stable", () => {
  for (const id of ["buy", "main-nav", "add_to_cart", "section2", "step-12", "productList"]) assert.ok(looksStable(id), id);
});

test("counters and hashes of frameworks are not", () => {
  const made = [":r1:", "radix-:r2:", "radix-dialog", "mui-12", "ember42x1234", "headlessui-menu-:r5:", "a8f3c2e19b7d", "item-4711", "550e8400-e29b", "1st", "x".repeat(60), "with space"];
  for (const id of made) assert.ok(!looksStable(id), id);
});
