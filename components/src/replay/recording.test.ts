import assert from "node:assert/strict";
import { test } from "node:test";
import { picturedTime, RecordingReader, readRecording, UnplayableRecording } from "./recording";

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

test("what is stored is shown from where an answer says it lies, also when a later one says it", () => {
  const page = (...nodes: object[]) => ({
    node: { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: "html", attributes: {}, childNodes: nodes }] },
    initialOffset: { left: 0, top: 0 },
  });
  const img = (id: number, src: string) => ({ type: 2, id, tagName: "img", attributes: { src }, childNodes: [] });
  const [early, late] = ["https://a.example/early.png", "https://a.example/late.png"];
  const [first, second] = [`${"ab".repeat(32)}.png`, `${"cd".repeat(32)}.png`];
  const piece = (seq: number, events: unknown[]) => ({ page_view: "7", seq, events });
  const reader = new RecordingReader({ assets: "https://dash.example/assets/" });
  const meta = { type: 4, timestamp: 1_000, data: { href: "https://a.example/", width: 800, height: 600 } };
  reader.add({ begins_at: 1_000, length_ms: 9_000, assets: { [early]: first }, pieces: [piece(0, [meta, { type: 2, timestamp: 1_001, data: page(img(3, early), img(4, late)) }])] });
  const adds = [{ parentId: 2, nextId: null, node: img(5, late) }];
  const more = { type: 3, timestamp: 2_000, data: { source: 0, adds, attributes: [], texts: [], removes: [] } };
  reader.add({ begins_at: 1_000, length_ms: 9_000, assets: { [early]: first, [late]: second }, pieces: [piece(1, [more])] });
  const text = JSON.stringify(reader.recording().events);
  assert.deepEqual([...text.matchAll(/"id":(\d),[^{]*"attributes":\{"(src|data-hw-missing)":"([^"]*)"/g)].map(([, id, name, value]) => `${id} ${name} ${value}`), [
    `3 src https://dash.example/assets/${first}`,
    "4 data-hw-missing ",
    `5 src https://dash.example/assets/${second}`,
  ]);
});

test("an exported recording brings its pictures and stylesheets along, and its stylesheets are cleaned", () => {
  const font = `${"ef".repeat(32)}.woff2`;
  const sheet = `@import url("https://evil.example/x.css"); a { background: url("https://evil.example/x.png") } @font-face { src: url("${font}") }`;
  const assets = {
    "https://a.example/i.css": `data:text/css;base64,${btoa(sheet)}`,
    "https://a.example/x.png": "data:image/png;base64,AA",
    "https://a.example/page": "data:text/html;base64,AA",
    [font]: "data:font/woff2;base64,BB",
  };
  const element = (id: number, tagName: string, attributes: object) => ({ type: 2, id, tagName, attributes, childNodes: [] });
  const nodes = [
    element(3, "link", { rel: "stylesheet", href: "https://a.example/i.css" }),
    element(4, "img", { src: "https://a.example/x.png" }),
    element(5, "img", { src: "https://a.example/page" }),
  ];
  const node = { type: 0, id: 1, childNodes: [element(2, "html", {})].map((html) => ({ ...html, childNodes: nodes })) };
  const meta = { type: 4, timestamp: 1_000, data: { href: "https://a.example/", width: 800, height: 600 } };
  const { events } = readRecording({ assets, events: [meta, { type: 2, timestamp: 1_001, data: { node } }] }, { assets: "" });
  const text = JSON.stringify(events);
  assert.ok(!text.includes("evil") && !text.includes("text/html") && !text.includes("text/css"), text);
  assert.match(text, /"_cssText":"[^}]*url\(\\"data:,\\"\)[^]*url\(\\"data:font\/woff2;base64,BB\\"\)/);
  assert.match(text, /"src":"data:image\/png;base64,AA"/);
});
