// The suite inside the extension host (test/editor/inside), on a desktop VS Code through @vscode/test-electron. Which VS Code is
// said by VSCODE_EXECUTABLE_PATH; without it there is none, and nothing is downloaded.
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root } from "./programs.ts";

/** Settings under which the suite runs: an allowlist to break, and no question that nobody answers. */
export const SUITE_SETTINGS: Readonly<Record<string, unknown>> = {
  "nomadQemu.argsAllowlist": ["-no-reboot"],
  "nomadQemu.confirmRun": "never",
};

/** Bundles the suite as VS Code loads it (CommonJS with `run`); returns the file. */
export async function buildInsideSuite(): Promise<string> {
  const outfile = path.join(root, ".vscode-test/inside/suite.cjs");
  await build({
    ...{ absWorkingDir: root, entryPoints: ["test/editor/inside/suite.ts"], outfile, bundle: true },
    ...{ platform: "node", format: "cjs", target: "node22", external: ["vscode"], logLevel: "warning" },
    define: { __VERSION__: '"0.0.0-test"', "import.meta.dirname": "__dirname" },
  });
  return outfile;
}

export interface DesktopRun {
  /** VS Code's executable. */
  readonly executable: string;
  /** The data directory of the run; whoever calls ends its host. */
  readonly dataDir: string;
}

/** Runs the suite in a desktop VS Code with a profile of its own. Rejects when a step fails. */
export async function runSuiteOnDesktop({ executable, dataDir }: DesktopRun): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), "nqd-"));
  try {
    const folder = path.join(home, "work");
    await mkdir(path.join(home, "user/User"), { recursive: true });
    await mkdir(folder);
    await cp(path.join(root, "test/editor/fixtures/vm.nomad.hcl"), path.join(folder, "vm.nomad.hcl"));
    await writeFile(path.join(home, "user/User/settings.json"), JSON.stringify(SUITE_SETTINGS));
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: await buildInsideSuite(),
      extensionTestsEnv: { NOMAD_QEMU_DATA_DIR: dataDir, XDG_CONFIG_HOME: path.join(home, "config") },
      launchArgs: [
        ...[folder, "--user-data-dir", path.join(home, "user"), "--extensions-dir", path.join(home, "extensions")],
        ...["--disable-workspace-trust", "--disable-telemetry", "--skip-welcome", "--disable-gpu"],
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ],
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
