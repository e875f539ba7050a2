// The static half of the gate: formatter, types, type-aware lint with the architecture's laws, manifest and lock file.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const steps: readonly (readonly [string, () => boolean])[] = [
  ["format", () => run("prettier", "--check", "--log-level", "warn", ".")],
  ["types", () => run("tsc", "-p", ".")],
  ["lint", () => run("eslint", ".", "--max-warnings", "0")],
  [
    "lock file names no hosts",
    () => !readFileSync(path.join(root, "package-lock.json"), "utf8").includes('"resolved"'),
  ],
  ["notices name what is bundled", () => script("notices.ts", "--check")],
  ["every dependency has its line of reasoning", dependenciesExplained],
];

let failed = false;
for (const [name, step] of steps) {
  const start = performance.now();
  const passed = step();
  console.log(`${passed ? "ok  " : "FAIL"} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  failed ||= !passed;
}
process.exit(failed ? 1 : 0);

function run(program: string, ...args: string[]): boolean {
  const binary = path.join(root, "node_modules/.bin", program);
  return spawnSync(binary, args, { cwd: root, stdio: "inherit" }).status === 0;
}

function script(name: string, ...args: string[]): boolean {
  return (
    spawnSync(process.execPath, [path.join(root, "scripts", name), ...args], { cwd: root, stdio: "inherit" }).status ===
    0
  );
}

function dependenciesExplained(): boolean {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Record<
    string,
    Record<string, string> | undefined
  >;
  const page = readFileSync(path.join(root, "docs/dependencies.md"), "utf8");
  const names = [...Object.keys(manifest["dependencies"] ?? {}), ...Object.keys(manifest["devDependencies"] ?? {})];
  const missing = names.filter((name) => !page.includes(`\`${name}\``));
  if (missing.length > 0) console.error(`docs/dependencies.md says nothing of: ${missing.join(", ")}`);
  return missing.length === 0;
}
