/**
 * Builds `dist/`: `loader.js` (with a place for a site's configuration), `tracker-<hash>.js` and `recorder-<hash>.js`, each with
 * its gzip beside it, and `manifest.json` that names them. Prints what a visitor's browser has to fetch.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const MOST_CORE = 6_144; // loader and tracker, gzip
const MOST_TOTAL = 30_720; // and the recorder

/**
 * rrweb without what we never use or what would change the page, and with a governor in its mutation observer. Fails when rrweb
 * has changed so that one of these does not fit.
 */
const fittedRrweb = {
  name: "fitted-rrweb",
  setup(setup) {
    setup.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, ({ path }) => {
      const changes = [
        // It puts a repaired Array.from into the page where a library has changed it; ours is for us alone.
        [/^try \{\n  if \(Array\.from\(\[1\][\s\S]*?^\} catch \(err\) \{[\s\S]*?^\}\n/m, ""],
        [/\bArray\.from\(/g, "arrayFrom("],
        // Pictures of canvases and copies of images; we take none.
        [/^const jsContent = '.*';$/m, 'const jsContent = "";'],
        [/^class CanvasManager \{[\s\S]*?^\}\n/m, "class CanvasManager { reset() {} freeze() {} unfreeze() {} lock() {} unlock() {} }\n"],
        [/tagName === "canvas" && recordCanvas/, "false"],
        [/tagName === "img" && inlineImages/, "false"],
        // What a full snapshot need not ask for every element.
        [/name === "href" && !\(tagName/, 'name === "href" && tagName !== "a" && !(tagName'],
        [/if \(customElements\.get\(tagName\)\)/, 'if (tagName.includes("-") && customElements.get(tagName))'],
        [/if \(!newlyAddedElement\) \{/, 'if (!newlyAddedElement && (n.firstElementChild || /^(textarea|pre)$/.test(tagName))) {'],
        [/(mutations\.forEach\(this\.processMutation\);\s+this\.emit\(\);)/, "governed(mutations, () => {$1});"],
      ];
      let contents = readFileSync(path, "utf8");
      for (const [from, to] of changes) {
        if (contents.search(from) < 0) throw new Error(`rrweb has changed: nothing fits ${from}`);
        contents = contents.replace(from, to);
      }
      const ours = (name) => JSON.stringify(join(here, "src", "recorder", name));
      contents = `import { arrayFrom } from ${ours("array_from.ts")};\nimport { governed } from ${ours("governor.ts")};\n${contents}`;
      return { contents, loader: "js" };
    });
  },
};

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2021",
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
};
const bundle = async (entry, more = {}) => (await build({ ...shared, entryPoints: [`src/${entry}.ts`], ...more })).outputFiles[0].contents;
const [loader, tracker, recorder] = await Promise.all([
  bundle("loader"),
  bundle("tracker"),
  bundle("recorder", { plugins: [fittedRrweb], drop: ["console"] }),
]);

const gzip = (bytes) => gzipSync(bytes, { level: 9 });
const hashed = (name, bytes) => `${name}-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.js`;
const manifest = { tracker: hashed("tracker", tracker), recorder: hashed("recorder", recorder) };
const files = new Map([[manifest.tracker, tracker], [manifest.recorder, recorder], ["loader.js", loader]]);

// New files first, the manifest last: a running edge never names a file that is not there. Pages that were loaded
// before the build may still ask for the files of the build before.
mkdirSync(dist, { recursive: true });
const put = (name, bytes) => {
  writeFileSync(join(dist, `.${name}`), bytes);
  renameSync(join(dist, `.${name}`), join(dist, name));
};
const before = existsSync(join(dist, "manifest.json")) ? Object.values(JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"))) : [];
for (const [name, bytes] of files) {
  put(name, bytes);
  if (name !== "loader.js") put(`${name}.gz`, gzip(bytes));
}
put("manifest.json", JSON.stringify(manifest));
const wanted = new Set([...files.keys(), "manifest.json", ...before]);
for (const file of readdirSync(dist)) if (!wanted.has(file.replace(/\.gz$/, ""))) rmSync(join(dist, file));

const sizes = { loader: gzip(loader).length, tracker: gzip(tracker).length, recorder: gzip(recorder).length };
const core = sizes.loader + sizes.tracker;
const total = core + sizes.recorder;
console.log(`gzip: loader ${sizes.loader} + tracker ${sizes.tracker} = core ${core} of ${MOST_CORE} B; with recorder ${sizes.recorder} = ${total} of ${MOST_TOTAL} B`);
if (core > MOST_CORE || total > MOST_TOTAL) {
  console.error("The tracker has grown over its limit.");
  process.exit(1);
}
