// `npm run bench`: every measurement in bench/, one after the other; names after `--` select some (`npm run bench -- hcl run`).
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./programs.ts";

const wanted = process.argv.slice(2);
/** What benches share. */
const SHARED = new Set(["measure.ts", "longJob.ts"]);
const files = readdirSync(path.join(root, "bench")).filter((name) => name.endsWith(".ts") && !SHARED.has(name));
const chosen = files.filter((name) => wanted.length === 0 || wanted.includes(path.basename(name, ".ts")));
if (chosen.length === 0) {
  console.error(`No such bench. There are: ${files.map((name) => path.basename(name, ".ts")).join(", ")}`);
  process.exit(2);
}

const run = (file: string, ...flags: string[]): number =>
  spawnSync(process.execPath, [...flags, path.join(root, file)], { stdio: ["ignore", "inherit", "inherit"] }).status ??
  1;
if (run("scripts/build.ts") !== 0) process.exit(1);
let failed = 0;
for (const name of chosen) {
  console.log(`\n# ${path.basename(name, ".ts")}`);
  // Heap figures need a collection on demand.
  if (run(`bench/${name}`, "--expose-gc") !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
