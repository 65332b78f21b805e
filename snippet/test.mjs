/** Bundles the unit tests that lie beside the modules (`*.test.ts`) and runs them with node's own test runner. */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "node_modules", ".tests");
const entryPoints = readdirSync(join(here, "src"), { recursive: true })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => join(here, "src", file));
rmSync(built, { recursive: true, force: true });
buildSync({ entryPoints, outdir: built, bundle: true, platform: "node", format: "esm", outExtension: { ".js": ".mjs" }, logLevel: "warning" });
const files = readdirSync(built, { recursive: true }).filter((file) => file.endsWith(".mjs"));
const { status } = spawnSync(process.execPath, ["--test", ...files.map((file) => join(built, file))], { stdio: "inherit" });
process.exit(status ?? 1);
