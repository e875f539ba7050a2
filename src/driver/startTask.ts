// startTask: from a task to a running VM that answers, or to the one reason why there is none.
import { chownSync, closeSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import path from "node:path";
import { fileProblem } from "../base/atomicFile.ts";
import { systemClock, type Clock } from "../base/clock.ts";
import { goQuote } from "../base/goQuote.ts";
import { identifyProcess } from "../base/processIdentity.ts";
import { startDetached, type DetachedProcess } from "../base/processRunner.ts";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import { commandLine, type Dns, type TaskNetwork } from "./commandLine.ts";
import { emulatorArchitecture } from "./emulator.ts";
import { exitOfChild, type ExitResult } from "./exitResult.ts";
import { askVersion, type Fingerprint } from "./fingerprint.ts";
import { localSuffix } from "./localSuffix.ts";
import type { PluginConfig } from "./pluginConfig.ts";
import { firstViolation } from "./policy.ts";
import { connectQmp, type QmpClient } from "./qmp.ts";
import type { Refusal } from "./refusal.ts";
import { killProcessGroup } from "./signalProcess.ts";
import { explainStartFailure } from "./startErrors.ts";
import type { TaskConfig } from "./taskConfig.ts";
import { TaskHandle, type TaskHandleState } from "./taskHandle.ts";
import { resolveTaskUser, type TaskUser } from "./taskUser.ts";

export interface StartTaskSpec {
  /** Names the task in messages: `<allocation>/<task>`. */
  readonly taskId: string;
  /** Names this run and no other: letters, digits, `-`. */
  readonly runId: string;
  readonly taskConfig: TaskConfig;
  readonly pluginConfig: PluginConfig;
  readonly emulatorPaths: Fingerprint["emulatorPaths"];
  /** Emulators that are known to hang. */
  readonly silentEmulators?: Fingerprint["silent"] | undefined;
  /** The task's `user` as written; empty = the user of this process. */
  readonly user: string;
  /** MB: `memory` plus `secrets`. */
  readonly memoryMB: number;
  readonly reservedCores: number;
  readonly taskNetwork: TaskNetwork | undefined;
  readonly dns: Dns | undefined;
  readonly allocDir: string;
  /** QEMU's working directory. */
  readonly taskDir: string;
  /** A folder of this run alone, short; made here (0700), removed by destroyTask. */
  readonly socketDir: string;
  /** Where `stdout`, `stderr` and `qmp-events.log` of the task are appended to; made here. */
  readonly spoolDir: string;
  /** QEMU's whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Called before the process exists and again as soon as it has a number. To be on the safe side of a crash, write the
   * state down before returning.
   */
  readonly onState?: (state: TaskHandleState) => void;
  readonly clock?: Clock;
  /** How long a silent emulator may take to tell its version; for tests. */
  readonly versionTimeoutMs?: number;
  /** Ends the attempt; a process that has been started is killed. */
  readonly signal?: AbortSignal;
}

export type StartFailure =
  /** A rule of the driver said no; nothing ran. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The system or this runner could not start it; nothing runs. */
  | { readonly kind: "failed"; readonly problem: Problem }
  /** QEMU was started and ended before it answered: to Nomad a task that started and terminated. */
  | { readonly kind: "exited"; readonly problem: Problem; readonly exit: ExitResult };

/**
 * QEMU listens after 35 to 150 ms (qemu.md 1). What does not listen after so long is asked for its version, which a
 * program that hangs does not tell either; a QEMU on a busy machine does, and gets the whole time.
 */
const SUSPICION_MS = 3_000;
const ANSWER_TIMEOUT_MS = 30_000;
const ANSWER_POLL_MS = 5;
/** Before that nobody listens, and to look takes time from a QEMU that starts on a small machine. */
const FIRST_LOOK_MS = 30;

/**
 * Starts QEMU in a session of its own, with empty standard input and output to append-only files, and waits until it
 * answers or has ended. Leaves nothing running when it fails.
 */
export async function startTask(spec: StartTaskSpec): Promise<Result<TaskHandle, StartFailure>> {
  const refusal = firstViolation({
    ...spec,
    taskNetworkLabels: spec.taskNetwork === undefined ? "none" : Object.keys(spec.taskNetwork.ports),
    platform: process.platform,
  });
  if (refusal !== undefined) return fail({ kind: "refused", refusal });
  const failed = (problem: Problem): Result<never, StartFailure> => fail({ kind: "failed", problem });
  if (process.platform === "win32") return failed(NO_WINDOWS);
  const user = await resolveTaskUser(spec.user);
  if (!user.ok) return failed(user.error);
  const suffix = localSuffix(spec);
  if (!suffix.ok) return failed(suffix.error);

  const emulatorPath = spec.emulatorPaths[emulatorArchitecture(spec.taskConfig)] ?? "";
  const nomad = commandLine({ ...spec, emulatorPath });
  const state: TaskHandleState = {
    version: 1,
    taskId: spec.taskId,
    process: undefined,
    endpoints: suffix.value.endpoints,
    commandLine: { nomad, local: suffix.value.args },
    gracefulShutdown: spec.taskConfig.gracefulShutdown,
    startedAt: (spec.clock ?? systemClock).now(),
    output: { stdout: path.join(spec.spoolDir, "stdout"), stderr: path.join(spec.spoolDir, "stderr") },
  };
  const files = openFiles(spec, state, user.value);
  if (!files.ok) return failed(files.error);
  const { stdout, stderr } = files.value;
  const stderrStart = fstatSync(stderr).size;
  spec.onState?.(state);
  const started = await startDetached(emulatorPath, {
    args: [...nomad.slice(1), ...suffix.value.args],
    environment: spec.environment,
    cwd: spec.taskDir,
    stdout,
    stderr,
    identity: user.value,
  });
  closeSync(stdout);
  closeSync(stderr);
  if (!started.ok) {
    await removeSocketDir(spec.socketDir);
    return failed(goStartFailure(nomad, started.error));
  }
  return whenAnswering(spec, state, started.value, stderrStart);
}

async function whenAnswering(
  spec: StartTaskSpec,
  before: TaskHandleState,
  child: DetachedProcess,
  stderrStart: number,
): Promise<Result<TaskHandle, StartFailure>> {
  const identity = identifyProcess(child.pid);
  // A process that is gone already has no identity; its number alone is enough to tell of its end.
  const state: TaskHandleState = { ...before, process: identity ?? { pid: child.pid, startTime: "", bootId: "" } };
  spec.onState?.(state);
  const waiting = new AbortController();
  const exited = child.exited.then((exit) => {
    waiting.abort();
    return exitOfChild(exit, state.endpoints.events.log);
  });
  const first = await Promise.race([firstAnswer(spec, state, waiting.signal), exited]);
  const answer = waiting.signal.aborted && !("version" in first) ? await exited : first;
  if ("version" in answer) {
    const handle = new TaskHandle(state, answer, exited);
    await handle.refreshRunState();
    return ok(handle);
  }
  if ("exitCode" in answer) {
    await removeSocketDir(spec.socketDir);
    const text = await readFrom(state.output.stderr, stderrStart);
    const how = answer.signal === 0 ? `exit code ${answer.exitCode}` : `signal ${answer.signal}`;
    const problem = explainStartFailure(text, state.commandLine.nomad[0] ?? "", how);
    return fail({ kind: "exited", problem, exit: answer });
  }
  if (state.process !== undefined) killProcessGroup(state.process);
  await exited;
  await removeSocketDir(spec.socketDir);
  return fail({ kind: "failed", problem: answer });
}

/** The connection for events as soon as QEMU listens; a Problem when it never does, or nobody wants it any more. */
async function firstAnswer(
  spec: StartTaskSpec,
  state: TaskHandleState,
  ended: AbortSignal,
): Promise<QmpClient | Problem> {
  const clock = spec.clock ?? systemClock;
  const begin = clock.now();
  const deadline = begin + ANSWER_TIMEOUT_MS;
  const { socket } = state.endpoints.events;
  await clock.sleep(FIRST_LOOK_MS);
  let suspected = false;
  for (;;) {
    const connected = await connectQmp(socket, { greetingTimeoutMs: Math.max(1, deadline - clock.now()) });
    if (connected.ok) return connected.value;
    if (ended.aborted || spec.signal?.aborted === true)
      return { code: "aborted", what: "The start was called off", where: spec.taskId };
    if (!suspected && clock.now() >= begin + SUSPICION_MS) {
      suspected = true;
      if (await hangs(spec, state, ended)) return silentEmulator(state.commandLine.nomad[0] ?? "");
    }
    if (clock.now() >= deadline)
      return { ...NO_ANSWER, where: state.commandLine.nomad[0] ?? "", cause: connected.error };
    await clock.sleep(ANSWER_POLL_MS);
  }
}

/** Whether the emulator does not even tell its version. */
async function hangs(spec: StartTaskSpec, state: TaskHandleState, ended: AbortSignal): Promise<boolean> {
  const version = await askVersion(state.commandLine.nomad[0] ?? "", {
    environment: spec.environment,
    signal: spec.signal === undefined ? ended : AbortSignal.any([ended, spec.signal]),
    ...(spec.versionTimeoutMs === undefined ? {} : { versionTimeoutMs: spec.versionTimeoutMs }),
  });
  return !version.ok && version.error.code === "timed-out";
}

function silentEmulator(where: string): Problem {
  return {
    code: "emulator-silent",
    what: "The emulator does not answer",
    where,
    why: "It opened no control socket, and hangs when it is asked for its --version; the process has been killed. It is no working QEMU.",
    next: "Run it with --version by hand; then replace it, or put the folder of a working one before it in PATH.",
  };
}

const NO_ANSWER: Problem = {
  code: "qemu-not-answering",
  what: "QEMU was started but does not answer",
  why: `Its control socket was silent for ${ANSWER_TIMEOUT_MS / 1000} s; the process has been killed. Perhaps the program is no QEMU.`,
  next: "Run the program with --version, and look at the task's stderr log.",
};

const NO_WINDOWS: Problem = {
  code: "unsupported-platform",
  what: "VMs cannot be started on Windows yet",
  why: "QEMU's control sockets are Unix sockets, which Node cannot open there.",
  next: "Use WSL; the editor, the linter and the command line for job files work on Windows.",
};

/** Makes the folders and opens the files that QEMU will append to; they belong to the user that QEMU runs as. */
function openFiles(
  spec: StartTaskSpec,
  state: TaskHandleState,
  user: TaskUser | undefined,
): Result<{ readonly stdout: number; readonly stderr: number }> {
  let at = spec.socketDir;
  try {
    mkdirSync(spec.socketDir, { recursive: true, mode: 0o700 });
    at = spec.spoolDir;
    mkdirSync(spec.spoolDir, { recursive: true, mode: user === undefined ? 0o700 : 0o711 });
    at = state.output.stdout;
    const stdout = openSync(state.output.stdout, "a", 0o600);
    at = state.output.stderr;
    const stderr = openSync(state.output.stderr, "a", 0o600);
    at = state.endpoints.events.log;
    closeSync(openSync(state.endpoints.events.log, "a", 0o600));
    if (user !== undefined)
      for (const file of [spec.socketDir, state.output.stdout, state.output.stderr, state.endpoints.events.log])
        chownSync(file, user.uid, user.gid);
    return ok({ stdout, stderr });
  } catch (error) {
    return fail(fileProblem(error, at));
  }
}

async function removeSocketDir(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

const STDERR_READ_BYTES = 64 * 1024;

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(STDERR_READ_BYTES), 0, STDERR_READ_BYTES, start);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}

/** The failure to start a program as Nomad's executor words it [o: e-emu-badfmt]. */
function goStartFailure(nomad: readonly string[], problem: Problem): Problem {
  const program = nomad[0] ?? "";
  const args = nomad.map(goQuote).join(" ");
  const reason = problem.why ?? problem.what;
  return {
    ...problem,
    what: `rpc error: code = Unknown desc = failed to start command path=${goQuote(program)} --- args=[${args}]: fork/exec ${program}: ${reason}`,
  };
}
