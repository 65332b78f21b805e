/**
 * Builds the Python package `heatwake_components`: bundles, styles and, by Dash's own generator, a Python class for each
 * component; and makes it importable in the virtual environment whose Python this is (HEATWAKE_PYTHON, else ../.venv).
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.HEATWAKE_PYTHON ?? join(here, "..", ".venv", "bin", "python");
const name = "heatwake_components";
const target = join(here, name);
const shared = { absWorkingDir: here, bundle: true, minify: true, format: "iife", target: "es2021", legalComments: "none", logLevel: "warning" };

/** React comes from the page: Dash loads it, and there must be one only. */
const reactOfThePage = {
  name: "react-of-the-page",
  setup(build) {
    build.onResolve({ filter: /^react(-dom)?$/ }, ({ path }) => ({ path, namespace: "page" }));
    build.onLoad({ filter: /.*/, namespace: "page" }, ({ path }) => ({
      contents: `module.exports = window.${path === "react" ? "React" : "ReactDOM"}`,
      loader: "js",
    }));
  },
};

process.chdir(here);
if (!existsSync(python)) {
  console.error(`${python} does not exist. Make the virtual environment first (bin/up does), or name its Python in HEATWAKE_PYTHON.`);
  process.exit(1);
}
// Everything is made in a directory beside and moved into place at the end: a running dashboard never sees half a package.
const workshop = join(here, "node_modules", ".build");
const staged = join(workshop, name);
rmSync(workshop, { recursive: true, force: true });
mkdirSync(staged, { recursive: true });

await Promise.all([
  build({ ...shared, entryPoints: ["src/index.ts"], globalName: name, outfile: join(staged, `${name}.js`), plugins: [reactOfThePage] }),
  // With React and the engine: it runs in a file of its own (dashboard/recordings/export.py).
  build({ ...shared, entryPoints: ["src/standalone.tsx"], outfile: join(staged, "standalone.js"), define: { "process.env.NODE_ENV": '"production"' } }),
  build({ ...shared, entryPoints: ["src/async_replay.ts"], outfile: join(staged, "async-replay.js") }),
  build({ ...shared, entryPoints: ["src/styles/all.css"], outfile: join(staged, `${name}.css`) }),
]);

// Dash's generator reads package.json, tsconfig.json and node_modules of the directory it runs in. It takes an optional
// property for a union with undefined when null checks are strict, and would document it as "any"; so they are off here.
copyFileSync("package.json", join(workshop, "package.json"));
writeFileSync(join(workshop, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { strict: false } }));
symlinkSync(join(here, "node_modules"), join(workshop, "node_modules"));
const generate = ["-m", "dash.development.component_generator", join("..", "..", "src", "components"), name];
execFileSync(python, generate, { cwd: workshop, stdio: ["ignore", "ignore", "inherit"] });
copyFileSync(join("python", "__init__.py"), join(staged, "__init__.py"));

mkdirSync(target, { recursive: true });
for (const file of readdirSync(target)) if (!existsSync(join(staged, file))) rmSync(join(target, file), { recursive: true });
for (const file of readdirSync(staged)) renameSync(join(staged, file), join(target, file));
rmSync(workshop, { recursive: true });

const packages = execFileSync(python, ["-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"], { encoding: "utf8" }).trim();
writeFileSync(join(packages, `${name}.pth`), `${here}\n`);
execFileSync(python, ["-c", `import ${name}; ${name}.Player(); ${name}.HeatmapView(); ${name}.RecordingFile()`], { stdio: "inherit", cwd: packages });
