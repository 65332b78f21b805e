import assert from "node:assert/strict";
import { test } from "node:test";
import { cssTold, withoutPersonal } from "./personal";

const PERSONAL = [
  "ada.lovelace+shop@mail.example.com",
  "4111 1111 1111 1111",
  "4111-1111-1111-1111",
  "378282246310005",
  "+49 (0)30 1234567",
  "+1 555 0100",
  "030/12345678 90",
  "(555) 123-4567 89",
  "0041 44 668 18 00",
  "DE89 3704 0044 0532 0130 00",
  "GB29NWBK60161331926819",
  "123-45-6789",
];

for (const run of ["a", "1", "-", "1 ", "a.", "AB12", "+1", "--", "content:"]) {
  test(`a long run of ${run} is looked through once`, () => {
    for (const text of [run.repeat(100_000), `${run.repeat(100_000)} @`, `${run.repeat(100_000)}@1`]) {
      assert.equal(withoutPersonal(text).length, text.length);
      assert.equal(cssTold(text, withoutPersonal).length, text.length);
    }
  });
}

for (const one of PERSONAL) {
  test(`${one} is not told`, () => {
    assert.equal(withoutPersonal(one).replace(/[*\s]/g, ""), "");
    assert.equal(withoutPersonal(`Call ${one}, today`).replace(/\*/g, "").replace(/\s+/g, " "), "Call , today");
  });
}

const NOT_PERSONAL = [
  "2026-11-25 10:30:00",
  "25/11/2026 10:30",
  "1,234,567.89 €",
  "12 345 678",
  "Order 4711, 3 of 12",
  "3.141592653589793",
  "0.123456789012",
  "v1.22.333.4444",
  "100 %",
  "a@b",
  "logo@2x.png",
  "M 10 20 L 30 40",
  "The year 1984 and 2001",
];

for (const one of NOT_PERSONAL) test(`${one} stays`, () => assert.equal(withoutPersonal(one), one));

test("a stylesheet loses what it shows, not what it does", () => {
  assert.equal(cssTold(`a{content:"by " attr(x) "ada@mail.example"}`, withoutPersonal), `a{content:"by " attr(x) "${"*".repeat(16)}"}`);
  const css = `.a::after{content:"Write to ada@mail.example"}.b{background:url(a@2x.png);width:1234567890px}.c{content:'\\'4111 1111 1111 1111'}`;
  const told = cssTold(css, withoutPersonal);
  assert.ok(!/ada@|4111/.test(told));
  assert.ok(told.includes("a@2x.png") && told.includes("1234567890px"));
});
