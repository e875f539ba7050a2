// Packs the extension into nomad-qemu.vsix and holds it to its budgets (docs/architecture.md). vsce builds dist/ on the way.
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { stat } from "node:fs/promises";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
/** Where the package lies; the editor tests and the demo install it from here. */
const VSIX = path.join(root, "nomad-qemu.vsix");
const KB = 1024;

/**
 * What a program may weigh, in bytes. The editor loads extension.js; everything else is loaded by a process of its own when
 * it is needed. Six programs hold HCL; RE2, YAML and bcrypt are beside them in dist/packages, only the host has its own. The
 * second opinion carries HashiCorp's own HCL parser: 3.4 MB of compiled Go, 0.6 MB packed.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  "dist/extension.js": 600 * KB,
  "dist/server.js": 850 * KB,
  "dist/jobs.js": 800 * KB,
  "dist/host.js": 1300 * KB,
  "dist/vms.js": 150 * KB,
  "dist/run.js": 50 * KB,
  "dist/files.js": 500 * KB,
  "dist/parse.js": 550 * KB,
  "dist/machine.js": 850 * KB,
  "dist/nomad-qemu.js": 8 * KB,
  "dist/syntax-oracle.js": 3500 * KB,
};
const VSIX_BUDGET = 2500 * KB;
const FILES_BUDGET = 60;

await createVSIX({
  ...{ cwd: root, packagePath: VSIX, dependencies: false },
  // The repository has no public address yet, so relative links cannot be made absolute.
  ...{ allowMissingRepository: true, rewriteRelativeLinks: false },
});

const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
const failures: string[] = [];
const report = (name: string, bytes: number, budget: number): void => {
  console.log(`${name}: ${Math.round(bytes / KB)} KB of ${Math.round(budget / KB)} KB`);
  if (bytes > budget) failures.push(`${name} is over its budget`);
};
for (const [file, budget] of Object.entries(BUDGETS)) report(file, (await stat(path.join(root, file))).size, budget);
report(path.basename(VSIX), (await stat(VSIX)).size, VSIX_BUDGET);
console.log(`files: ${files.length} of ${FILES_BUDGET}`);
if (files.length > FILES_BUDGET) failures.push("too many files");
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exitCode = 1;
}
