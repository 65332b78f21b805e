/**
 * Builds `dist/`: `loader.js` (with a place for a site's configuration); tracker, signals and recorder as `<hash>-<number>.js`
 * (src/config.ts), each with its gzip beside it; `manifest.json` that names them. Prints what a visitor's browser has to fetch.
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
const MOST_TOTAL = 30_720; // and the signals and the recorder

/**
 * rrweb without what we never use or what would change the page, with our own snapshots and a governor in its mutation observer. Fails when rrweb
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
        // Nodes' own getters, found once; of methods there is no need to make one for each call.
        [/^function getUntaintedAccessor\([\s\S]*?^\}\n/m, "function getUntaintedAccessor(key, instance, accessor) { const get = untaintedAccessorCache[accessor] ??= Object.getOwnPropertyDescriptor(globalThis[key].prototype, accessor)?.get ?? function () { return this[accessor]; }; return get.call(instance); }\n"],
        [/^function getUntaintedMethod\([\s\S]*?^\}\n/m, "function getUntaintedMethod(key, instance, method) { return (...given) => globalThis[key].prototype[method].apply(instance, given); }\n"],
        // Pictures of canvases; we take none.
        [/^const jsContent = '.*';$/m, 'const jsContent = "";'],
        [/^class CanvasManager \{[\s\S]*?^\}\n/m, "class CanvasManager { reset() {} freeze() {} unfreeze() {} lock() {} unlock() {} }\n"],
        // Frames of other origins, hooks, fonts by script, nodes of a document that only a player has: none of it is ours.
        [/^class CrossOriginIframeMirror \{[\s\S]*?^\}\n/m, "class CrossOriginIframeMirror {}\n"],
        [/^  handleMessage\(message\) \{[\s\S]*?^\}\n/m, "}\n"],
        [/if \(this\.recordCrossOriginIframes\) \{\s+window\.addEventListener[\s\S]*?\}/, ""],
        [/if \(this\.recordCrossOriginIframes\)\s+\(_a2[\s\S]*?\);/, ""],
        [/^function mergeHooks\([\s\S]*?^\}\n/m, "function mergeHooks() {}\n"],
        [/^function initFontObserver\([\s\S]*?^\}\n/m, "function initFontObserver() {}\n"],
        [/n instanceof BaseRRNode && "shadowRoot" in n/, "false"],
        // An address in a link stands as it is, which says no less.
        [/name === "href" && !\(tagName/, 'name === "href" && tagName !== "a" && !(tagName'],
        // What is selected is asked for when the page has been laid out anyway.
        [/const updateSelection = callbackWrapper\(\(\) => \{([\s\S]*?)\n  \}\);/, "const updateSelection = callbackWrapper(onceLaidOut(() => {$1\n  }));"],
        // Options that are never given.
        [/const slimDOMOptions = slimDOMDefaults\(_slimDOMOptions\);/, "const slimDOMOptions = {};"],
        [/const maskInputOptions = maskAllInputs === true \? \{[^}]*\} : _maskInputOptions !== void 0 \? _maskInputOptions : \{ password: true \};/, "const maskInputOptions = _maskInputOptions;"],
        [/^  const eventProcessor = \(e\) => \{[\s\S]*?^  \};\n/m, ""],
        [/if \(inEmittingFrame\) \{\s+emit[\s\S]*?postMessage\(message, "\*"\);\s+\}/, "emit(e, isCheckout);"],
        [/if \(e\.type === EventType\.FullSnapshot\) \{\s+lastFull[\s\S]*?takeFullSnapshot\(true\);\s+\}\s+\}/, ""],
        [/^  const inEmittingFrame = [\s\S]*?(?=^  mirror\.reset\(\);)/m, ""],
        // Where the mouse comes to rest is what it hovers over.
        [/(threshold,\n\s+)\{\s+trailing: false\s+\}/, "$1{}"],
        // What is masked is decided afterwards (redact.ts).
        [/value: needMaskingText\([\s\S]*?\) && value \? [\s\S]*? : value,\n/, "value,\n"],
        // Nodes by number, and as events have them, are ours (mirror.ts, serialize.ts), and so are full snapshots (snapshot.ts).
        [/^class Mirror \{[\s\S]*?^\}\n/m, ""],
        [/^function serializeNodeWithId\([\s\S]*?^\}\n/m, ""],
        [/mutationBuffers\.forEach\(\(buf\) => buf\.lock\(\)\);\s+const node = snapshot\(document, \{[\s\S]*?(onSerialize:[\s\S]*?),\s+keepIframeSrcFn\s+\}\);\s+if \(!node\) \{[\s\S]*?\}\s+(wrappedEmit\([\s\S]*?\);)\s+mutationBuffers\.forEach\(\(buf\) => buf\.unlock\(\)\);\s+(if \(document\.adopted[\s\S]*?\);)/,
          "const initialOffset = getWindowScroll(window);\ntakeSnapshot({ doc: document, mirror, $1 }, (node) => {\n$2\n$3\n});"],
        [/initialOffset: getWindowScroll\(window\)/, "initialOffset"],
        [/^export \{\n  record\n\};/m, "export { genId, markCssSplits, onceIframeLoaded, onceStylesheetLoaded, record, stringifyStylesheet, transformAttribute };"],
        [/(mutations\.forEach\(this\.processMutation\);\s+this\.emit\(\);)/, "governed(mutations, () => {$1});"],
      ];
      let contents = readFileSync(path, "utf8");
      for (const [from, to] of changes) {
        if (contents.search(from) < 0) throw new Error(`rrweb has changed: nothing fits ${from}`);
        contents = contents.replace(from, to);
      }
      const ours = (name) => JSON.stringify(join(here, "src", "recorder", name));
      const taken = { arrayFrom: "array_from", governed: "governor", onceLaidOut: "layout", Mirror: "mirror", serializeNodeWithId: "serialize", takeSnapshot: "snapshot" };
      for (const [name, file] of Object.entries(taken)) contents = `import { ${name} } from ${ours(`${file}.ts`)};\n${contents}`;
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
  // Modules are strict as they are; the directive would only be bytes.
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
};
const bundle = async (entry, more = {}) => (await build({ ...shared, entryPoints: [`src/${entry}.ts`], ...more })).outputFiles[0].contents;
const [loader, tracker, signals, recorder] = await Promise.all([
  bundle("loader"),
  bundle("tracker"),
  bundle("signals"),
  bundle("recorder", { plugins: [fittedRrweb], drop: ["console"] }),
]);

const gzip = (bytes) => gzipSync(bytes, { level: 9 });
// One hash for all of them, of all: they are made for each other, and the loader has to name but one.
const hash = createHash("sha256");
for (const bytes of [tracker, signals, recorder]) hash.update(bytes);
const names = `${hash.digest("hex").slice(0, 12)}-*.js`;
const scripts = new Map([tracker, signals, recorder].map((bytes, at) => [names.replace("*", at + 1), bytes]));
const files = new Map([...scripts, ["loader.js", loader]]);

// New files first, the manifest last: a running edge never names a file that is not there. Pages that were loaded
// before the build may still ask for the files of the build before.
mkdirSync(dist, { recursive: true });
const put = (name, bytes) => {
  writeFileSync(join(dist, `.${name}`), bytes);
  renameSync(join(dist, `.${name}`), join(dist, name));
};
const manifest = existsSync(join(dist, "manifest.json")) ? JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8")) : {};
const before = manifest.files ?? Object.values(manifest); // the latter: by the names that scripts had until lately
for (const [name, bytes] of files) {
  put(name, bytes);
  if (name !== "loader.js") put(`${name}.gz`, gzip(bytes));
}
put("manifest.json", JSON.stringify({ names, files: [...scripts.keys()] }));
const wanted = new Set([...files.keys(), "manifest.json", ...before]);
for (const file of readdirSync(dist)) if (!wanted.has(file.replace(/\.gz$/, ""))) rmSync(join(dist, file));

const sizes = Object.fromEntries(Object.entries({ loader, tracker, signals, recorder }).map(([name, bytes]) => [name, gzip(bytes).length]));
const core = sizes.loader + sizes.tracker;
const total = core + sizes.signals + sizes.recorder;
console.log(`gzip: loader ${sizes.loader} + tracker ${sizes.tracker} = core ${core} of ${MOST_CORE} B; with signals ${sizes.signals} and recorder ${sizes.recorder} = ${total} of ${MOST_TOTAL} B`);
if (core > MOST_CORE || total > MOST_TOTAL) {
  console.error("The tracker has grown over its limit.");
  process.exit(1);
}
