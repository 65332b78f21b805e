import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanAttributes, type Cleaning } from "./clean_attributes";
import { cleanCss } from "./clean_css";
import { cleanNode } from "./clean_nodes";
import { Limits } from "./limits";
import type { JsonObject } from "./recorded";

const policy = { assets: "" };
const cleaning: Cleaning = { policy, css: (css) => cleanCss(css, policy), media: (same) => same, limits: new Limits(() => undefined) };
const clean = (tag: string, attributes: JsonObject): JsonObject => cleanAttributes(tag, attributes, cleaning);
const element = (tagName: string, more: JsonObject = {}): JsonObject => ({ type: 2, id: 7, tagName, attributes: {}, childNodes: [], ...more });

test("attributes that run, submit or navigate are gone", () => {
  const given = { onclick: "x", ONERROR: "x", srcdoc: "<p>", action: "/x", formaction: "/x", ping: "/x", target: "_top", autofocus: true, nonce: "n", class: "a", "data-x": "y" };
  assert.deepEqual(clean("div", given), { class: "a", "data-x": "y" });
});

test("links keep their look and lead nowhere", () => {
  assert.deepEqual(clean("a", { href: "javascript:alert(1)" }), { href: "#" });
  assert.deepEqual(clean("a", { href: "https://shop.example/x", class: "b" }), { href: "#", class: "b" });
  for (const tag of ["base", "link", "use"]) assert.deepEqual(clean(tag, { href: "https://evil.example/" }), {});
  assert.deepEqual(clean("use", { "xlink:href": "#icon" }), { "xlink:href": "#icon" });
});

test("a picture from elsewhere is marked as missing, one in the recording is kept", () => {
  assert.deepEqual(clean("img", { src: "https://shop.example/a.png", alt: "A" }), { "data-hw-missing": "", alt: "A" });
  assert.deepEqual(clean("img", { src: "data:image/png;base64,AA" }), { src: "data:image/png;base64,AA" });
  assert.deepEqual(clean("img", { src: "data:text/html,<script>" }), { "data-hw-missing": "" });
  for (const tag of ["iframe", "embed", "video", "script", "source"]) assert.deepEqual(clean(tag, { src: "https://evil.example/" }), {}, tag);
});

test("a refresh and a policy of the page's own are gone", () => {
  assert.deepEqual(clean("meta", { "http-equiv": "refresh", content: "0;url=https://evil.example" }), {});
  assert.deepEqual(clean("meta", { charset: "utf-8" }), { charset: "utf-8" });
});

test("animations of links and handlers lose their aim", () => {
  assert.deepEqual(clean("animate", { attributeName: "href", values: "javascript:1", dur: "1s" }), { dur: "1s" });
  assert.deepEqual(clean("set", { attributeName: "onclick", to: "x()" }), {});
});

test("values of other types than rrweb sends are gone", () => {
  assert.deepEqual(clean("div", { title: { toString: "x" }, width: [1], "rr_scrollTop": "5", rr_width: "expression(1)", rr_height: "40px" }), { rr_height: "40px" });
});

test("a canvas becomes a box of its size with its picture behind it", () => {
  const style = String(clean("canvas", { width: "200", height: "80", rr_dataURL: "data:image/webp;base64,AA" })["style"]);
  assert.match(style, /--hw-width:200;--hw-height:80;background-image:url\("data:image\/webp;base64,AA"\)/);
  assert.ok(!String(clean("canvas", { rr_dataURL: "https://evil.example/x" })["style"]).includes("evil"));
});

test("tag names that no document takes become a div, and what can't host a shadow does not", () => {
  assert.equal(cleanNode(element("<b>"), cleaning, new Map())?.["tagName"], "div");
  assert.equal(cleanNode(element("img", { isShadowHost: true }), cleaning, new Map())?.["isShadowHost"], undefined);
  assert.equal(cleanNode(element("x-card", { isShadowHost: true, isCustom: true }), cleaning, new Map())?.["isShadowHost"], true);
  assert.equal(cleanNode(element("annotation-xml", { isCustom: true }), cleaning, new Map())?.["isCustom"], undefined);
});

test("a document keeps one doctype and one root; documents elsewhere go", () => {
  const doctype = { type: 1, id: 2, name: "not a name", publicId: 5 };
  const cleaned = cleanNode({ type: 0, id: 1, childNodes: [doctype, doctype, { type: 3, id: 9, textContent: "x" }, element("html"), element("html")] }, cleaning, new Map());
  assert.deepEqual((cleaned?.["childNodes"] as JsonObject[]).map((child) => [child["type"], child["name"] ?? child["tagName"]]), [[1, "html"], [2, "html"]]);
  const inner = cleanNode(element("div", { childNodes: [{ type: 0, id: 3, childNodes: [] }] }), cleaning, new Map());
  assert.deepEqual(inner?.["childNodes"], []);
});

test("nesting without end is cut off", () => {
  let node: JsonObject = element("p");
  for (let i = 0; i < 5_000; i++) node = element("div", { childNodes: [node] });
  assert.ok(cleanNode(node, cleaning, new Map()));
});

test("rubbish is no node", () => {
  for (const rubbish of [null, 5, "x", [], {}, { type: 2 }, { type: 9, id: 1 }, { type: 2, id: "1" }]) assert.equal(cleanNode(rubbish, cleaning, new Map()), null);
});
