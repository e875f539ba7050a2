// The host program bundled from source, once a test file, and data directories that vanish with the test.
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** Bundles src/host/main.ts as `npm run build` does and returns the file. */
export async function buildHostProgram(folder: string): Promise<string> {
  const outfile = path.join(folder, "host.js");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/host/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    logLevel: "warning",
    define: { __VERSION__: '"0.0.0-test"', "import.meta.dirname": "__dirname" },
  });
  return outfile;
}

/** A fresh folder below the system's temporary folder; remove it with {@link removeFolder}. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(path.join(os.tmpdir(), `nq-${name}-`));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
