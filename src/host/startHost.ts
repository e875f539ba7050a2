// Starts the host process so that it outlives whoever starts it and holds none of their folders.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileProblem, writeFileAtomic } from "../base/atomicFile.ts";
import type { DataPaths } from "../base/paths.ts";
import type { Environment } from "../base/userFolders.ts";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import { seedArtifactCache } from "../client/artifact/cache.ts";

/** What a host says once, on descriptor 3, when it knows how its start went. */
export type StartReport =
  | { readonly outcome: "ready" }
  /** Another process holds the data directory. */
  | { readonly outcome: "held"; readonly pid: number | undefined }
  | { readonly outcome: "failed"; readonly problem: Problem };

/** The descriptor a starting host reports on. */
export const START_REPORT_FD = 3;
/** A start takes about 0.1 s; a machine under heavy load some seconds. */
const START_TIMEOUT_MS = 30_000;

export interface StartOptions {
  readonly paths: DataPaths;
  /** The bundled host program. */
  readonly hostProgram: string;
  /** The Node (or Electron) binary to run it with. */
  readonly execPath: string;
  readonly env: Environment;
}

/** Starts a host and resolves with its own report. Never leaves a host behind that did not report. */
export async function startHost(options: StartOptions): Promise<Result<StartReport>> {
  const { paths } = options;
  const program = installProgram(options.hostProgram, paths.programsDir);
  if (!program.ok) return program;
  try {
    // The guest that comes with the product lies beside its programs.
    await seedArtifactCache(paths.cacheDir, path.join(path.dirname(options.hostProgram), "guest"));
  } catch (error) {
    return fail(fileProblem(error, paths.cacheDir));
  }

  const errorFile = path.join(paths.dataDir, "host.stderr.log");
  let errorOutput: number;
  try {
    errorOutput = openSync(errorFile, "w", 0o600);
  } catch (error) {
    return fail(fileProblem(error, errorFile));
  }
  try {
    const child = spawn(options.execPath, [program.value, "--data-dir", paths.dataDir], {
      cwd: paths.dataDir,
      detached: true,
      windowsHide: true,
      env: hostEnvironment(options.env),
      stdio: ["ignore", "ignore", errorOutput, "pipe"],
    });
    return await firstReport(child, errorFile);
  } finally {
    closeSync(errorOutput);
  }
}

function firstReport(child: ReturnType<typeof spawn>, errorFile: string): Promise<Result<StartReport>> {
  return new Promise((resolve) => {
    const channel = child.stdio[START_REPORT_FD] as NodeJS.ReadableStream & { destroy(): void };
    let text = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      finish(fail(startProblem("it did not say within 30 s whether it could start", errorFile)));
    }, START_TIMEOUT_MS);
    const finish = (result: Result<StartReport>): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.on("error", () => undefined);
      channel.removeAllListeners();
      channel.destroy();
      child.unref();
      resolve(result);
    };
    child.on("error", (error) => finish(fail(startProblem(error.message, errorFile, error))));
    channel.on("error", () => undefined);
    channel.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.endsWith("\n")) return;
      const report = JSON.parse(text) as StartReport;
      finish(report.outcome === "failed" ? fail(report.problem) : ok(report));
    });
    // "close" comes after the last word on the channel has been read.
    child.on("close", (code, signal) =>
      finish(fail(startProblem(`it ended at once with ${signal ?? `exit code ${code}`}`, errorFile))),
    );
  });
}

function startProblem(why: string, errorFile: string, cause?: unknown): Problem {
  let output = "";
  try {
    output = readFileSync(errorFile, "utf8").slice(-2_000).trim();
  } catch {
    // Then the reason alone has to do.
  }
  return {
    code: "host-start-failed",
    what: "The background process that owns the VMs could not be started",
    where: errorFile,
    why: output === "" ? why : `${why}:\n${output}`,
    next: "Look into host.log in the data directory. Running VMs are not affected.",
    cause,
  };
}

/**
 * Copies the program into the data directory under the hash of its content and returns the copy. A running host then
 * keeps neither an extension's folder nor a package's in use, and an update never changes a program that runs. The
 * ending `.cjs` makes its format independent of any package.json above.
 */
function installProgram(source: string, programsDir: string): Result<string> {
  let content: Buffer;
  try {
    content = readFileSync(source);
  } catch (error) {
    return fail(fileProblem(error, source));
  }
  try {
    const target = path.join(
      programsDir,
      `host-${createHash("sha256").update(content).digest("hex").slice(0, 12)}.cjs`,
    );
    if (!existsSync(target)) writeFileAtomic(target, content);
    return ok(target);
  } catch (error) {
    return fail(fileProblem(error, programsDir));
  }
}

/** What a host needs of its starter's environment: places, language, network access. No tokens, no NODE_OPTIONS. */
const PASSED_ON = new Set(
  (
    "PATH HOME USER LOGNAME SHELL LANG LC_ALL LC_CTYPE TZ TMPDIR TMP TEMP XDG_RUNTIME_DIR XDG_STATE_HOME XDG_CONFIG_HOME " +
    "HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR " +
    "SYSTEMROOT WINDIR COMSPEC PATHEXT USERPROFILE USERNAME LOCALAPPDATA APPDATA PROGRAMDATA PROGRAMFILES " +
    "NOMAD_QEMU_IDLE_EXIT_MS NOMAD_QEMU_LOG_LEVEL"
  ).split(" "),
);

function hostEnvironment(env: Environment): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && PASSED_ON.has(process.platform === "win32" ? entry[0].toUpperCase() : entry[0]),
  );
  // Makes Electron behave as Node; Node itself ignores it.
  return { ...Object.fromEntries(passed), ELECTRON_RUN_AS_NODE: "1" };
}
