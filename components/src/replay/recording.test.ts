import assert from "node:assert/strict";
import { test } from "node:test";
import { picturedTime, readRecording, UnplayableRecording } from "./recording";

const policy = { assets: "" };
const page = { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: "html", attributes: {}, childNodes: [] }] };
const meta = (timestamp: number, href = "https://a.example/") => ({ type: 4, timestamp, data: { href, width: 800, height: 600 } });
const picture = (timestamp: number) => ({ type: 2, timestamp, data: { node: page, initialOffset: { left: 0, top: 0 } } });
const scroll = (timestamp: number) => ({ type: 3, timestamp, data: { source: 3, id: 1, x: 0, y: 5 } });
const read = (...events: unknown[]) => readRecording({ events }, policy);

test("events are put in order and time counts from the first", () => {
  const recording = read(scroll(5000), picture(1010), meta(1000));
  assert.deepEqual(recording.events.map((event) => event.timestamp), [1000, 1000, 1010, 5000]);
  assert.deepEqual([recording.startedAt, recording.durationMs, recording.firstPictureMs, recording.damaged], [1000, 4000, 10, 0]);
});

test("a picture without a size gets one, and changes before it are left out", () => {
  const recording = read(scroll(1000), scroll(1500), picture(2000), scroll(2500));
  assert.equal(recording.headless, 2);
  assert.equal(recording.durationMs, 1500);
  assert.deepEqual(recording.events.map((event) => event.type), [5, 4, 2, 3]);
});

test("a fresh picture of the same page is no new page", () => {
  const recording = read(meta(1000), picture(1001), meta(9000), picture(9001), meta(9500, "https://a.example/b"), picture(9504));
  assert.deepEqual(recording.pages.map(({ at, pictureAt, href }) => [at, pictureAt, href]), [[0, 1, "https://a.example/"], [8500, 8504, "https://a.example/b"]]);
  assert.equal(picturedTime(recording, 8500), 8505);
  assert.equal(picturedTime(recording, 8499), 8500);
  assert.equal(picturedTime(recording, 0), 2);
});

test("events of a clock that jumped are left out", () => {
  const recording = read(meta(1000), picture(1001), scroll(2000), scroll(1e14), scroll(-1e14));
  assert.deepEqual([recording.durationMs, recording.damaged], [1000, 2]);
});

test("load events are silently left out, rubbish is counted", () => {
  const recording = read({ type: 0, timestamp: 1, data: {} }, { type: 1, timestamp: 900, data: {} }, meta(1000), picture(1001), 5, null, { type: 3 }, { type: 3, timestamp: 1002, data: { source: 9 } });
  assert.equal(recording.damaged, 3);
});

test("nothing recorded is empty, nothing to see is an error", () => {
  assert.throws(() => read(), (error) => error instanceof UnplayableRecording && error.empty);
  for (const answer of [undefined, [], { events: {} }, { events: [scroll(1)] }]) {
    assert.throws(() => readRecording(answer, policy), (error) => error instanceof UnplayableRecording && !error.empty);
  }
});
