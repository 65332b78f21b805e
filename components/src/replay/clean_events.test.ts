import assert from "node:assert/strict";
import { test } from "node:test";
import { EventCleaner } from "./clean_events";
import { withStored } from "./policy";
import type { JsonObject } from "./recorded";

const cleaner = new EventCleaner({ assets: "" });
const change = (data: JsonObject): JsonObject | undefined => cleaner.clean({ type: 3, timestamp: 1, data })?.data;
const evil = "https://evil.example/x";

test("no change brings an address from elsewhere into the page", () => {
  const frame = { type: 2, id: 5, tagName: "iframe", attributes: { src: evil }, childNodes: [] };
  const changes: JsonObject[] = [
    { source: 0, adds: [{ parentId: 1, nextId: null, node: frame }], attributes: [], texts: [], removes: [] },
    { source: 0, adds: [], attributes: [{ id: 5, attributes: { src: evil, style: { background: `url(${evil})` }, onload: evil } }], texts: [{ id: 6, value: `@import "${evil}";` }], removes: [] },
    { source: 8, id: 1, adds: [{ rule: `a { background: url(${evil}) }`, index: 0 }], replace: `@import url(${evil});` },
    { source: 13, id: 1, set: { property: "background", value: `url(${evil})` } },
    { source: 15, id: 1, styleIds: [1], styles: [{ styleId: 1, rules: [{ rule: `a { background: url(${evil}) }`, index: 0 }] }] },
    { source: 10, family: "x", fontSource: `url(${evil})` },
    { source: 7, id: 5, type: 0, src: evil },
    { source: 9, id: 5, type: 0, commands: [{ property: "drawImage", args: [{ rr_type: "HTMLImageElement", src: evil }] }] },
  ];
  for (const each of changes) assert.ok(!JSON.stringify(change(each) ?? null).includes("evil"), JSON.stringify(each));
});

test("a canvas' recorded frame becomes its background", () => {
  const blob = { rr_type: "Blob", data: [{ rr_type: "ArrayBuffer", base64: "AAAA" }], type: "image/webp" };
  const commands = [{ property: "clearRect", args: [0, 0, 1, 1] }, { property: "drawImage", args: [{ rr_type: "ImageBitmap", args: [blob] }, 0, 0] }];
  const style = { "background-image": 'url("data:image/webp;base64,AAAA")' };
  assert.deepEqual(change({ source: 9, id: 8, type: 0, commands })?.["attributes"], [{ id: 8, attributes: { style } }]);
});

test("a document is attached to a frame only", () => {
  const attach = (parentId: number): JsonObject => ({ source: 0, adds: [{ parentId, nextId: null, node: { type: 0, id: 50, childNodes: [] } }], attributes: [], texts: [], removes: [] });
  assert.deepEqual(change(attach(99))?.["adds"], []);
  assert.equal((change(attach(5))?.["adds"] as unknown[]).length, 1); // the frame of the first test
});

test("conditions on the colour scheme are those of the visitor", () => {
  const styled = new EventCleaner({ assets: "" });
  const css = "@media (prefers-color-scheme: dark) { a { color: red } } @media (prefers-color-scheme:light) { a { color: blue } }";
  const seen = (dark?: boolean): string => {
    styled.clean({ type: 4, timestamp: 1, data: { href: "", width: 800, height: 600, ...(dark === undefined ? {} : { dark }) } });
    return String(styled.clean({ type: 3, timestamp: 2, data: { source: 8, id: 1, replace: css } })?.data["replace"]);
  };
  assert.equal(seen(), css);
  assert.match(seen(true), /min-width: 0px\) { a { color: red } } @media \(max-width/);
  assert.match(seen(false), /max-width: 0px\) { a { color: red } } @media \(min-width/);
});

test("addresses that are stored are those of the store, others are gone", () => {
  const name = "ab".repeat(32) + ".png";
  const sheet = "cd".repeat(32) + ".css";
  const stored = withStored({ assets: "https://dash.example/assets/" }, { "https://a.example/x.png": name, "https://a.example/i.css": sheet, "https://a.example/evil": "../../api" });
  const store = new EventCleaner(stored);
  const node = (tagName: string, attributes: JsonObject): JsonObject => ({ type: 2, id: 9, tagName, attributes, childNodes: [] });
  const built = (tagName: string, attributes: JsonObject): JsonObject => {
    const data = { source: 0, adds: [{ parentId: 1, nextId: null, node: node(tagName, attributes) }], attributes: [], texts: [], removes: [] };
    return (store.clean({ type: 3, timestamp: 1, data })?.data["adds"] as { node: { attributes: JsonObject } }[])[0]!.node.attributes;
  };
  const place = `https://dash.example/assets/${name}`;
  assert.equal(built("img", { src: "https://a.example/x.png#part" })["src"], `${place}#part`);
  assert.equal(built("img", { src: "https://a.example/evil" })["src"], undefined);
  assert.equal(built("img", { srcset: "https://a.example/x.png 1x, https://a.example/y.png 2x" })["srcset"], `${place} 1x`);
  assert.equal(built("img", { srcset: "https://a.example/x.png 1.5x,https://a.example/x.png, https://a.example/x.png 30w," })["srcset"], `${place} 1.5x, ${place}, ${place} 30w`);
  assert.equal(built("img", { srcset: `${"a".repeat(1_000_000)} b` })["srcset"], undefined);
  assert.equal(built("link", { rel: "stylesheet", href: "https://a.example/i.css" })["href"], `https://dash.example/assets/${sheet}`);
  assert.equal(built("link", { rel: "stylesheet", href: "https://a.example/other.css" })["href"], undefined);
  assert.equal(built("a", { href: "https://a.example/x.png" })["href"], "#");
  const css = built("style", { _cssText: "@import url(https://a.example/i.css) screen; @import 'https://a.example/no.css'; a { background: url('https://a.example/x.png') } b { background: url(https://a.example/z.png) }" })["_cssText"];
  assert.equal(css, `@import url("https://dash.example/assets/${sheet}") screen;  a { background: url("${place}") } b { background: url("data:,") }`);
});

test("viewports out of range and moves without numbers are nothing", () => {
  assert.equal(change({ source: 4, width: 1e9, height: 5 }), undefined);
  assert.equal(change({ source: 1, positions: [{ x: "1", y: 2, id: 3, timeOffset: 0 }] }), undefined);
  assert.equal(change({ source: 2, id: "x", type: 2 }), undefined);
  assert.equal(change({ source: 123 }), undefined);
});
