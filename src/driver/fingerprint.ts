// What QEMU can do on this machine: the driver's fingerprint, to the letter as Nomad's client would report it.
import { readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { isExecutableFile, searchFolders } from "../base/findExecutable.ts";
import { goQuote } from "../base/goQuote.ts";
import { run, type ProcessEnvironment, type RunOutput } from "../base/processRunner.ts";
import type { Problem, Result } from "../base/result.ts";
import { architectureOf, emulatorProgram } from "./emulator.ts";
import type { PluginConfig } from "./pluginConfig.ts";

export interface Fingerprint {
  /** Node attributes exactly as Nomad names them: driver.qemu ("1"), driver.qemu.version, driver.qemu.emulators. Empty when undetected. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly detected: boolean;
  readonly healthy: boolean;
  /** Nomad's text: "Healthy", "", "Failed to execute qemu binary: …", "Failed to parse qemu version from …". */
  readonly healthDescription: string;
  /** Architecture → absolute, symlink-resolved path of `qemu-system-<arch>`: all of PATH, whatever is allowed. */
  readonly emulatorPaths: Readonly<Record<string, string>>;
  /** Architectures whose emulator was asked for its version and said nothing: no task is started with them. */
  readonly silent?: readonly string[];
}

/** Not part of Nomad's fingerprint: what the product measures for itself. */
export interface Accelerator {
  readonly name: string;
  readonly compiled: boolean;
  readonly usable: boolean;
  /** Why not, with QEMU's words or the measured time; or why it is only believed to be usable. Empty = measured usable. */
  readonly reason: string;
}

export interface FingerprintInput {
  readonly pluginConfig: PluginConfig;
  /** PATH is what is searched; the whole of it is the environment of `--version`. */
  readonly environment: ProcessEnvironment;
  readonly signal?: AbortSignal | undefined;
  /** How long `--version` may take; for tests. */
  readonly versionTimeoutMs?: number;
}

/** Nomad: drivers/qemu/driver.go, versionRegex: two characters at least, a plus sign counts. */
const VERSION = /version (\d[.\d+]+)/;
/** Nomad waits for ever. A real QEMU answers `--version` in 20 to 40 ms; what takes longer than this hangs, or is no QEMU. */
export const VERSION_TIMEOUT_MS = 5_000;

/**
 * Looks for emulators as Nomad does: of the folders in PATH only the first one with any `qemu-system-*` counts, whatever
 * kind of file it is; the names, sorted and filtered by the allowlist, are the emulators; the version is that of the
 * first one, which is looked up in the whole of PATH. Takes about 40 ms with a real QEMU.
 * Source: Nomad 2.0 drivers/qemu, buildFingerprint (nomad.md 1.3).
 *
 * @throws the signal's reason when aborted.
 */
export async function fingerprint(input: FingerprintInput): Promise<Fingerprint> {
  const folders = searchFolders(input.environment["PATH"]);
  const [emulators, emulatorPaths] = await Promise.all([
    firstEmulators(folders, input.pluginConfig.emulatorsAllowlist),
    findEmulators(folders),
  ]);
  input.signal?.throwIfAborted();
  const first = emulators[0];
  if (first === undefined) return undetected("", emulatorPaths);

  const output = await askVersion(emulatorProgram(first), input);
  input.signal?.throwIfAborted();
  if (!output.ok) {
    const failed = failedToExecute(goStartError(first, output.error), emulatorPaths);
    return output.error.code === "timed-out" ? { ...failed, silent: [first] } : failed;
  }
  const { exitCode, signal, stdout } = output.value;
  if (signal !== undefined) return failedToExecute(`signal: ${signal}`, emulatorPaths);
  if (exitCode !== 0) return failedToExecute(`exit status ${exitCode ?? -1}`, emulatorPaths);
  const text = stdout.trim();
  const version = VERSION.exec(text)?.[1];
  if (version === undefined) return undetected(`Failed to parse qemu version from ${text}`, emulatorPaths);
  return {
    attributes: {
      // The driver reports true; the client stores it as "1" [o: fp-real].
      "driver.qemu": "1",
      "driver.qemu.version": version,
      "driver.qemu.emulators": emulators.join(","),
    },
    detected: true,
    healthy: true,
    healthDescription: "Healthy",
    emulatorPaths,
  };
}

/** `--version` of a program. Problems: the process runner's; `timed-out` is what a program that hangs gives. */
export function askVersion(
  program: string,
  { environment, signal, versionTimeoutMs = VERSION_TIMEOUT_MS }: Omit<FingerprintInput, "pluginConfig">,
): Promise<Result<RunOutput>> {
  return run(program, { args: ["--version"], environment, timeoutMs: versionTimeoutMs, signal });
}

function undetected(healthDescription: string, emulatorPaths: Fingerprint["emulatorPaths"]): Fingerprint {
  return { attributes: {}, detected: false, healthy: false, healthDescription, emulatorPaths };
}

function failedToExecute(reason: string, emulatorPaths: Fingerprint["emulatorPaths"]): Fingerprint {
  return undetected(`Failed to execute qemu binary: ${reason}`, emulatorPaths);
}

/** How Go words the failure to start a program. */
function goStartError(architecture: string, problem: Problem): string {
  if (problem.code === "program-not-found")
    return `exec: ${goQuote(emulatorProgram(architecture))}: executable file not found in $PATH`;
  if (problem.code === "not-a-program") return `fork/exec ${problem.where ?? ""}: ${problem.why ?? ""}`;
  return problem.why ?? problem.what;
}

/** Emulators of the first folder that has any, filtered; in byte order of the file names. */
async function firstEmulators(folders: readonly string[], allowlist: readonly string[]): Promise<string[]> {
  for (const folder of folders) {
    // Nomad builds a glob from the folder's name: brackets and stars in it match something else [o: fp-glob-dir].
    if (/[*?[\\]/.test(folder) && process.platform !== "win32") continue;
    const names = await emulatorsIn(folder);
    if (names.length > 0) return allowlist.length === 0 ? names : names.filter((name) => allowlist.includes(name));
  }
  return [];
}

async function emulatorsIn(folder: string): Promise<string[]> {
  try {
    const files = await readdir(folder === "" ? "." : folder);
    return files
      .map(architectureOf)
      .filter((name) => name !== undefined)
      .sort();
  } catch {
    // A folder of PATH that does not exist, or may not be read, has no emulators.
    return [];
  }
}

/** Every emulator that could be started by its name, with links resolved; of equal names the first in PATH. */
async function findEmulators(folders: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    if (!path.isAbsolute(folder)) continue;
    for (const name of await emulatorsIn(folder)) {
      const architecture = process.platform === "win32" ? name.replace(/\.exe$/i, "") : name;
      const file = path.join(folder, emulatorProgram(name));
      if (!found.has(architecture) && isExecutableFile(file)) found.set(architecture, await realpath(file));
    }
  }
  return Object.fromEntries(found);
}
