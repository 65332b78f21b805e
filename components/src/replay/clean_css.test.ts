import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanCss, freezeViewportHeight } from "./clean_css";
import { contentSecurityPolicy, loadPolicy } from "./policy";

const none = loadPolicy("", "https://dash.example/");
const stored = loadPolicy("/stored", "https://dash.example/app/");

test("imports and addresses elsewhere are gone, whatever their quotes", () => {
  for (const css of [
    "@import 'https://evil.example/a;b.css' screen;",
    '@IMPORT url("//evil.example/a.css") layer(x);',
    "a { background: url(https://evil.example/x.png) }",
    "a { background: URL( 'http://evil.example/x.png' ) }",
    "@font-face { src: url(http://evil.example/x.woff2) format('woff2') }",
    "a { background: image-set('https://evil.example/x.png' 1x, url(data:image/png;base64,AA) 2x) }",
    'a { background: -webkit-image-set(url("https://evil.example/x.png") 1x) }',
    'a { background: src("https://evil.example/x.png") }',
  ]) {
    assert.ok(!cleanCss(css, none).includes("evil"), css);
  }
});

test("what is part of the recording stays as it is", () => {
  const css = "a { background: url(data:image/png;base64,AAAA); mask: url(#m) } @font-face { src: url('data:font/woff2;base64,AA') }";
  assert.equal(cleanCss(css, none), css);
  assert.equal(cleanCss("p { color: red } /* rr_split */", none), "p { color: red } /* rr_split */");
});

test("names spelled with escapes do nothing, escaped class names stay", () => {
  assert.equal(cleanCss("a { background: u\\72l(//evil) }", none), "a { background: hw-escaped(//evil) }");
  assert.equal(cleanCss("@\\69mport '//evil';", none), "@hw-escaped'//evil';");
  const tailwind = ".\\32xl\\:top-\\[calc\\(100\\%-2px\\)\\]:not(.a):hover { color: red } .w-1\\/2:is(b) { width: calc(50% - 1px) } i::before { content: '\\f101' }";
  assert.equal(cleanCss(tailwind, none), tailwind);
});

test("only addresses below the asset store are kept, and none that climbs out of it", () => {
  assert.match(cleanCss("a { background: url(https://dash.example/stored/1.png) }", stored), /stored\/1\.png/);
  for (const path of ["/stored/../api/v1/x", "/stored/%2e%2e/api", "/stored2/x", "/api/v1/x"]) {
    assert.ok(!cleanCss(`a { background: url(https://dash.example${path}) }`, stored).includes(path), path);
  }
});

test("a megabyte that is made to be slow is not", { timeout: 20_000 }, () => {
  for (const part of ["url(", "url( ", "\\41 ", "\\41", "@import ", "@import(", '@import "', "image-set(", "image-set( '", "url('\\"]) {
    cleanCss(`url(${part.repeat(1_000_000 / part.length)}`, none);
    cleanCss(`url(x${" ".repeat(1_000_000)}`, none);
  }
  freezeViewportHeight("1".repeat(1_000_000), 900);
});

test("the policy names the asset store and nothing else", () => {
  assert.ok(!contentSecurityPolicy(none).includes("http"));
  assert.match(contentSecurityPolicy(stored), /img-src data: blob: https:\/\/dash\.example\/stored\/;/);
  for (const address of ["javascript:1", "https://a.example; script-src *", "http://[", "https://a.example/b c'"]) {
    assert.ok(!contentSecurityPolicy(loadPolicy(address, "https://dash.example/")).includes("script-src"), address);
  }
});

test("viewport heights become pixels, names that look like them do not", () => {
  assert.equal(freezeViewportHeight("a{min-height:100vh;height:calc(50.5dvh - 2px)}.h-100vh{top:-10vh}", 900), "a{min-height:900px;height:calc(454.5px - 2px)}.h-100vh{top:-10vh}");
});
