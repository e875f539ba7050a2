// The one place that starts programs. Arguments are arrays, a program is found by looking it up in PATH ourselves, and no
// shell is ever involved. `run` is for programs that answer and end; `startDetached` for those that outlive us.
import { execa, type Options } from "execa";
import { spawn } from "node:child_process";
import path from "node:path";
import { findExecutable, hasProgramHeader } from "./findExecutable.ts";
import { fail, ok, type Problem, type Result } from "./result.ts";

/** The whole environment of the new process; nothing is inherited beside it. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  readonly args: readonly string[];
  readonly environment: ProcessEnvironment;
  readonly cwd?: string;
  /** After this long the process is killed with its descendants, and the result is a `timed-out` problem. */
  readonly timeoutMs: number;
  /** Kills the process; the result is then an `aborted` problem. */
  readonly signal?: AbortSignal | undefined;
  /** Written to standard input, which is otherwise empty. */
  readonly input?: string;
  /** Limit for each of the two output streams; more is a `too-much-output` problem. Default 1 MiB. */
  readonly maxOutputBytes?: number;
}

export interface RunOutput {
  /** Undefined when a signal ended the process. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_MAX_BYTES = 2 ** 20;

/**
 * Runs a program to its end and returns what it said. Any exit code is a success of this function.
 * Problems: `program-not-found`, `not-a-program`, `not-started`, `timed-out`, `aborted`, `too-much-output`.
 */
export async function run(program: string, options: RunOptions): Promise<Result<RunOutput>> {
  const file = resolveProgram(program, options.environment);
  if (!file.ok) return file;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const giveUp = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const child = execa(file.value, [...options.args], {
    ...commonOptions(options.environment, options.cwd),
    ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
    cancelSignal: giveUp,
    killSignal: "SIGKILL",
    // A script's own children die with it.
    killDescendants: true,
    // Bytes, not characters: decoded below.
    encoding: "buffer",
    maxBuffer: options.maxOutputBytes ?? OUTPUT_MAX_BYTES,
  });
  // A descendant in a session of its own lives on, and would keep us waiting for the end of its output.
  const hangUp = (): void => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  giveUp.addEventListener("abort", hangUp, { once: true });
  const result = await child;
  giveUp.removeEventListener("abort", hangUp);
  const where = file.value;
  if (result.isCanceled && options.signal?.aborted === true)
    return fail({ code: "aborted", what: "The program was stopped on request", where });
  if (result.isCanceled)
    return fail({ code: "timed-out", what: `The program did not end within ${options.timeoutMs} ms`, where });
  if (result.isMaxBuffer)
    return fail({ code: "too-much-output", what: "The program printed more than expected", where });
  if (result.exitCode === undefined && result.signal === undefined)
    return fail(notStarted(where, result.originalMessage ?? "", result.cause));
  return ok({
    exitCode: result.exitCode,
    signal: result.signal,
    stdout: decode(result.stdout),
    stderr: decode(result.stderr),
  });
}

export interface DetachedOptions {
  readonly args: readonly string[];
  readonly environment: ProcessEnvironment;
  readonly cwd: string;
  /** Open file descriptors that become the new process's output; standard input is empty. */
  readonly stdout: number;
  readonly stderr: number;
  /** Run as somebody else (needs the right to). */
  readonly identity?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface DetachedProcess {
  readonly pid: number;
  /** Resolves when the process has ended, as long as we live to see it. Does not keep our own process alive. */
  readonly exited: Promise<ProcessExit>;
}

export interface ProcessExit {
  readonly exitCode: number | undefined;
  /** Name of the signal that ended it. */
  readonly signal: NodeJS.Signals | undefined;
}

/**
 * Starts a program in a session of its own, so that neither the end of this process nor a signal to its group reaches it.
 * Problems: `program-not-found`, `not-a-program`, `not-started`.
 */
export async function startDetached(program: string, options: DetachedOptions): Promise<Result<DetachedProcess>> {
  const file = resolveProgram(program, options.environment);
  if (!file.ok) return file;
  // Not execa: a process that we do not wait for must be let go of, which only the bare child process offers.
  const child = spawn(file.value, [...options.args], {
    cwd: options.cwd,
    env: wholeEnvironment(options.environment),
    ...options.identity,
    stdio: ["ignore", options.stdout, options.stderr],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }));
  });
  const error = await new Promise<Error | undefined>((resolve) => {
    child.once("spawn", () => resolve(undefined));
    child.once("error", resolve);
  });
  if (error !== undefined || child.pid === undefined) return fail(notStarted(file.value, error?.message ?? "", error));
  child.unref();
  return ok({ pid: child.pid, exited });
}

function wholeEnvironment(environment: ProcessEnvironment): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function commonOptions(environment: ProcessEnvironment, cwd: string | undefined) {
  return {
    ...(cwd === undefined ? {} : { cwd }),
    env: wholeEnvironment(environment),
    extendEnv: false,
    preferLocal: false,
    shell: false,
    reject: false,
    stripFinalNewline: false,
    windowsHide: true,
  } as const satisfies Options;
}

/** A bare name is looked up in the PATH of the environment that the program will get. */
function resolveProgram(program: string, environment: ProcessEnvironment): Result<string> {
  const bare = !program.includes("/") && !program.includes(path.sep);
  const file = bare
    ? findExecutable(program, { path: environment["PATH"], extensions: environment["PATHEXT"] })
    : path.resolve(program);
  if (file === undefined)
    return fail({
      code: "program-not-found",
      what: `The program ${program} was not found`,
      why: `None of the folders in PATH has it: ${environment["PATH"] ?? "(PATH is not set)"}`,
      next: "Install it, or add its folder to PATH.",
    });
  if (hasProgramHeader(file)) return ok(file);
  return fail({
    code: "not-a-program",
    what: "The file is executable but is no program",
    where: file,
    why: "exec format error",
    next: "Replace it by the real program, or put the folder of the real one first in PATH.",
  });
}

function notStarted(where: string, why: string, cause: unknown): Problem {
  return { code: "not-started", what: "The program could not be started", where, why, cause };
}

function decode(output: Uint8Array | undefined): string {
  return output === undefined ? "" : Buffer.from(output).toString("utf8");
}
