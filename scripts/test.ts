// `npm test`: installs what is missing, builds, checks, and runs every suite; the last line counts the tests.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { CHROMIUM, ensureInstalled, NASM, QEMU, QEMU_IMG } from "./systemPackages.ts";

const root = path.dirname(import.meta.dirname);
ensureInstalled([QEMU, QEMU_IMG, CHROMIUM, NASM]);

// Packing builds dist/ on the way.
step("package", "package.ts");
step("check", "check.ts");

const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const reporters = ["--reporter=default", `--reporter=${path.join(root, "scripts/summaryReporter.ts")}`];
const result = spawnSync(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, NO_COLOR: "1" },
});
process.exit(result.status ?? 1);

function step(name: string, script: string): void {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [path.join(root, "scripts", script)], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (status !== 0) {
    console.log(`${name} failed; no test was run.\n0 passed, 1 failed, 0 skipped`);
    process.exit(1);
  }
}
