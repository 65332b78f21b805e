import assert from "node:assert/strict";
import { test } from "node:test";
import { chaptersOf, marksOf, pageName } from "./chapters";
import { clock, shortSpan, spokenTime } from "./clock";
import { fitScale, stageHeight } from "./fit";
import { activity, inactiveStretches, latestAt, LEAD_MS, stretchAt } from "./timeline";

const at = (timestamp: number, source = 2) => ({ type: 3, timestamp, data: { source } });

test("activity is 1 where the visitor was busiest and 0 where only the page changed", () => {
  const bins = activity([at(1000), at(1000), at(1000), at(1000), at(3500), at(3900, 0)], 1000, 4000, 4);
  assert.deepEqual(bins, [1, 0, 0.5, 0].map((value, index) => (index === 2 ? 0.5 : value)));
});

test("a recording without any doing has no activity and no busiest part", () => {
  assert.deepEqual(activity([], 0, 0, 3), [0, 0, 0]);
});

test("stretches without doing leave a little before and after", () => {
  const stretches = inactiveStretches([at(0), at(4000), at(20_000), at(20_000, 0)], 0, 30_000);
  assert.deepEqual(stretches, [
    { from: 4000 + LEAD_MS, to: 20_000 - LEAD_MS },
    { from: 20_000 + LEAD_MS, to: 30_000 - LEAD_MS },
  ]);
  assert.equal(stretchAt(stretches, 5000), stretches[0]);
  assert.equal(stretchAt(stretches, 20_000 - LEAD_MS), undefined);
});

test("the current item is the last that has begun", () => {
  const times = [0, 10, 20];
  assert.deepEqual([-5, 0, 15, 99].map((now) => latestAt(times, now, (time) => time)), [0, 0, 10, 20]);
});

test("chapters come from the prop, else from the recording, and stay within it", () => {
  const pages = [{ at: 0, pictureAt: 1, href: "https://a.example/b%20c?d=1", width: 1, height: 1 }];
  assert.deepEqual(chaptersOf(undefined, pages, 100), [{ at: 0, label: "/b c?d=1", href: pages[0]!.href }]);
  assert.deepEqual(chaptersOf([{ at_ms: 900, label: "B" }, null, { at_ms: "x" }, { at_ms: -5, label: "A", href: "h" }], pages, 100), [
    { at: 0, label: "A", href: "h" },
    { at: 100, label: "B", href: "" },
  ]);
  assert.deepEqual(marksOf([{ at_ms: 5, kind: "click", label: "x" }, 7], [{ at_ms: 3, text: "why?", tag: "bug" }, null], 100), [
    { at: 3, kind: "note", label: "bug: why?" },
    { at: 5, kind: "click", label: "x" },
  ]);
  assert.equal(pageName("https://a.example/%E0%A4%A"), "https://a.example/%E0%A4%A");
});

test("times are shown as people write them", () => {
  assert.deepEqual([0, 65_999, 3_661_000, -5].map(clock), ["0:00", "1:05", "1:01:01", "0:00"]);
  assert.deepEqual([0, 61_000, 7_200_000].map(spokenTime), ["0 seconds", "1 minute 1 second", "2 hours"]);
  assert.deepEqual([900, 60_000, 95_000].map(shortSpan), ["1 s", "1 min", "1 min 35 s"]);
});

test("pages are made smaller to fit and never larger", () => {
  assert.equal(fitScale({ width: 1280, height: 720 }, { width: 640, height: 900 }), 0.5);
  assert.equal(fitScale({ width: 300, height: 600 }, { width: 900, height: 1200 }), 1);
  assert.equal(stageHeight(390, undefined, 900, 100), 280);
  assert.equal(stageHeight(1900, undefined, 900, 100), 612);
  assert.equal(stageHeight(1900, 500, 900, 100), 400);
});
