import assert from "node:assert/strict";
import { test } from "node:test";
import { joinTabs } from "./join_tabs";
import { RecordingReader } from "./recording";

const meta = (timestamp: number, href: string) => ({ type: 4, timestamp, data: { href, width: 8, height: 6 } });
const picture = (timestamp: number, id: number) => ({ type: 2, timestamp, data: { node: { type: 0, id }, initialOffset: { left: 0, top: 0 } } });
const changed = (timestamp: number, name: string) => ({ type: 3, timestamp, data: { source: 0, name } });
const clicked = (timestamp: number, name: string) => ({ type: 3, timestamp, data: { source: 2, name } });
const said = (events: { type: number; timestamp: number; data: Record<string, unknown>; again?: true }[]) =>
  events.map((event) => `${event.timestamp} ${String(event.data["href"] ?? event.data["name"] ?? "picture")}${event.again ? " again" : ""}`);

test("going back to a tab rebuilds its page with what happened in it meanwhile", () => {
  const { events, headless } = joinTabs([
    { view: "a", event: meta(0, "/a") },
    { view: "a", event: picture(1, 1) },
    { view: "a", event: changed(2, "a1") },
    { view: "b", event: meta(10, "/b") },
    { view: "b", event: picture(11, 1) },
    { view: "a", event: changed(12, "a2") },
    { view: "b", event: changed(13, "b1") },
    { view: "a", event: clicked(20, "a3") },
    { view: "b", event: changed(21, "b2") },
    { view: "b", event: clicked(30, "b3") },
  ]);
  assert.equal(headless, 0);
  assert.deepEqual(said(events), [
    "0 /a", "1 picture", "2 a1",
    "11 /b", "11 picture", "13 b1",
    "20 /a again", "20 picture again", "20 a1 again", "20 a2 again", "20 a3",
    "30 /b again", "30 picture again", "30 b1 again", "30 b2 again", "30 b3",
  ]);
});

test("a page view without its picture changes no other page", () => {
  const { events, headless } = joinTabs([
    { view: "a", event: meta(0, "/a") },
    { view: "a", event: picture(1, 1) },
    { view: "b", event: changed(5, "b1") },
    { view: "b", event: clicked(6, "b2") },
    { view: "a", event: changed(7, "a1") },
  ]);
  assert.equal(headless, 2);
  assert.deepEqual(said(events), ["0 /a", "1 picture", "7 a1"]);
});

test("pieces of a page view are read in their order, whatever order they come in", () => {
  const page = { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: "html", attributes: {}, childNodes: [{ type: 2, id: 3, tagName: "img", attributes: {}, childNodes: [] }] }] };
  const piece = (seq: number, ...events: unknown[]) => ({ page_view: "7", seq, events });
  const answer = (...pieces: unknown[]) => ({ begins_at: 1000, length_ms: 9000, pieces });
  const first = piece(0, meta(1000, "https://a.example/"), { ...picture(1001, 1), data: { node: page } });
  const source = { source: 0, attributes: [{ id: 3, attributes: { src: "data:image/png;base64,AA" } }] };
  const later = piece(1, { type: 3, timestamp: 5000, data: source });
  const reader = new RecordingReader({ assets: "" });
  reader.add(answer(later));
  assert.throws(() => reader.recording());
  reader.add(answer(first, later));
  const { events, durationMs } = reader.recording();
  assert.equal(durationMs, 9000);
  // Only after its picture is it known that node 3 is a picture and may have an address.
  assert.deepEqual((events[3]!.data["attributes"] as { attributes: object }[])[0]!.attributes, { src: "data:image/png;base64,AA" });
  assert.equal(events.length, 4);
});
