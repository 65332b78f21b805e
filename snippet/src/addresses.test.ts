import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanAddress, looksSecret, route } from "./addresses";

test("campaign arguments are kept, others go", () => {
  assert.equal(cleanAddress("https://a.example/x?utm_source=news&q=red+socks&utm_id=7&utm_evil=1", ""), "https://a.example/x?utm_source=news&utm_id=7");
  assert.equal(cleanAddress("https://a.example/x?q=1", ""), "https://a.example/x");
});

test("the site names what else is part of its addresses", () => {
  assert.equal(cleanAddress("https://a.example/x?id=5&view=big&q=1", "id,view"), "https://a.example/x?id=5&view=big");
  assert.equal(cleanAddress("https://a.example/x?id=ada@b.example&view=big", "id,view"), "https://a.example/x?view=big");
});

test("users and passwords, fragments and other schemes are not sent", () => {
  assert.equal(cleanAddress("https://ada:secret@a.example/x#access_token=1", ""), "https://a.example/x");
  for (const other of ["javascript:alert(1)", "data:text/plain,x", "file:///etc/passwd", "no address", ""]) assert.equal(cleanAddress(other, ""), "");
});

test("routes in the hash are part of the address, without their query", () => {
  assert.equal(cleanAddress("https://a.example/#/cart?coupon=x", ""), "https://a.example/#/cart");
  assert.equal(cleanAddress("https://a.example/x#!/cart", ""), "https://a.example/x#!/cart");
  assert.equal(route({ pathname: "/x", hash: "#reviews" }), "/x");
});

test("an address is at most 2,000 characters", () => {
  assert.equal(cleanAddress(`https://a.example/${"a-b/".repeat(1_000)}`, "").length, 2_000);
});

test("tokens, cards and e-mail addresses are told from words", () => {
  const secret = [
    "eyJhbGciOiJIUzI1NiJ9", "9f8a7b6c5d4e3f2a1b0c", "550e8400-e29b-41d4-a716-446655440000", "ada@example.com", "ada%40example.com",
    "4111111111111111", "015123456789", "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh",
  ];
  for (const one of secret) assert.ok(looksSecret(one), one);
  for (const one of ["how-to-build-a-house-in-2024-part-1", "product-12345", "2024-11-24", "v1.2.3", "Über-uns", "", "ISBN3161484"]) assert.ok(!looksSecret(one), one);
});
