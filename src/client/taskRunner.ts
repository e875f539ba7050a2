// One task of an allocation from its first event to its last: waits for its turn, runs, restarts, is killed, is recovered.
// Source: Nomad client/allocrunner/taskrunner, Run, handleKill, Restart (nomad.md 2.2, 2.8, 2.9).
import { renameSync, rmSync } from "node:fs";
import { formatProblem, type Problem, type Result } from "../base/result.ts";
import { removeEndpoints } from "../driver/driver.ts";
import type { ExitResult } from "../driver/exitResult.ts";
import { recoverTask } from "../driver/recoverTask.ts";
import { stopTask } from "../driver/stopTask.ts";
import type { TaskHandle, TaskHandleState } from "../driver/taskHandle.ts";
import type { Task } from "../jobspec/job.ts";
import { allocationDirs } from "./allocDir.ts";
import { taskRole, type TaskLife, type TaskRole } from "./lifecycle.ts";
import { openRunLogs, type RunLogs } from "./logs/runLogs.ts";
import { decideRestart, type TaskEnd } from "./restartTracker.ts";
import { openTaskConsole, type OwnedConsole, type TaskConsole } from "./taskConsole.ts";
import * as events from "./taskEvents.ts";
import { killTimeoutMs, logRules, restartPolicy, shutdownDelayMs } from "./taskSettings.ts";
import { startTaskOnce, type StartContext, type StartOutcome } from "./taskStart.ts";

export interface TaskRunnerOptions extends Omit<StartContext, "signal" | "emit" | "onRun"> {
  /** An event has been recorded. */
  readonly onEvent: (event: events.NewTaskEvent & { readonly time: number }) => void;
  /** State, run state or console have changed. */
  readonly onChange: () => void;
  /** As `save`, for what must be on disk before anything else happens. */
  readonly saveNow: () => void;
  /** As `saveNow`. @throws the file system's error */
  readonly saveOrThrow: () => void;
  readonly logBase: (stream: "stdout" | "stderr") => string;
  /** Resolves when the group lets the task start; rejects when the signal aborts first. */
  readonly myTurn: (signal: AbortSignal) => Promise<void>;
}

export interface KillOptions {
  /** `now`: neither shutdown delay, nor power button, nor kill signal. */
  readonly mode: "graceful" | "now";
  /** The text of the event when the client ends the task for a reason of its own. */
  readonly reason?: string;
  /**
   * Nomad announces every order to kill, even a second one: `always`. `once`: not when the task is being killed already.
   * `made`: a dead host has announced it.
   */
  readonly announcement?: "always" | "once" | "made";
}

/** So many events are kept of a task (Nomad keeps 10). */
const EVENTS_MAX = 100;

/** Where a task goes on: an attempt's outcome, or an end that a dead host has put on record. */
type Beginning = StartOutcome | { readonly kind: "terminated"; readonly exit: ExitResult };

type Wish = { readonly kind: "kill"; readonly options: KillOptions } | { readonly kind: "restart" };

export class TaskRunner {
  readonly name: string;
  readonly role: TaskRole;
  /** Resolves when the task is dead for good. */
  readonly dead: Promise<void>;
  /** Resolves when the run on record, if any, has been looked for. */
  readonly looked: Promise<void>;
  readonly #options: TaskRunnerOptions;
  readonly #killed = new AbortController();
  #handle: TaskHandle | undefined;
  #console: OwnedConsole | undefined;
  #logs: RunLogs | undefined;
  #wish: Wish | undefined;
  #onWish: (() => void) | undefined;
  #resolveDead: () => void = () => undefined;
  #resolveLooked: () => void = () => undefined;
  #detached = false;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
    this.name = options.task.Name;
    this.role = taskRole(options.task);
    this.dead = new Promise((resolve) => {
      this.#resolveDead = resolve;
    });
    this.looked = new Promise((resolve) => {
      this.#resolveLooked = resolve;
    });
  }

  get task(): Task {
    return this.#options.task;
  }

  get handle(): TaskHandle | undefined {
    return this.#handle;
  }

  get console(): TaskConsole | undefined {
    return this.#console;
  }

  life(): TaskLife {
    const { state, failed } = this.#options.record;
    return { name: this.name, role: this.role, leader: this.task.Leader, state, failed };
  }

  /** Whether the last thing on record is that the task is being killed. */
  wasBeingKilled(): boolean {
    return this.#lastIs("Killing");
  }

  /** Runs the task to its end. A task that has a run on record is looked for first. Call once; never rejects. */
  async run(): Promise<void> {
    const { record, services } = this.#options;
    if (record.state !== "dead") {
      if (record.events.length === 0) this.emit(events.received);
      try {
        await this.#live();
      } catch (error) {
        if (this.#hasLeft()) return;
        services.log.error(`task ${this.name} of ${this.#options.spec.id}`, error);
        this.emit(events.setupFailure(String(error)));
        record.failed = true;
      }
      if (this.#hasLeft()) return;
      record.state = "dead";
      record.restartAt = undefined;
      record.finishedAt ??= services.clock.now();
      this.#changed();
    }
    this.#resolveLooked();
    this.#resolveDead();
  }

  /** Ends the task for good and resolves when it is dead. Once more on a task that is being killed hurries it on. */
  kill(options: KillOptions): Promise<void> {
    if (this.#options.record.state === "dead") return this.dead;
    const timeout = options.mode === "now" ? 0 : killTimeoutMs(this.task);
    const event = events.killing(timeout);
    const known = options.announcement === "made" || (options.announcement === "once" && this.#wish?.kind === "kill");
    if (!known) this.emit(options.reason === undefined ? event : { ...event, display: options.reason });
    if (this.#wish?.kind !== "kill" || options.mode === "now") {
      this.#wish = { kind: "kill", options };
      this.#killed.abort();
      this.#onWish?.();
    }
    return this.dead;
  }

  /** Ends the present run and begins another; not counted by the restart policy. Problem: `task-not-running`. */
  restart(reason: string): Problem | undefined {
    if (this.#handle === undefined || this.#wish !== undefined)
      return {
        code: "task-not-running",
        what: `Task ${JSON.stringify(this.name)} is not running`,
        next: "Run the job again to start it.",
      };
    this.emit(events.restartSignaled(reason));
    this.#wish = { kind: "restart" };
    this.#onWish?.();
    return undefined;
  }

  emit(event: events.NewTaskEvent): void {
    const { record, services, save, onEvent } = this.#options;
    const timed = { ...event, time: services.clock.now() };
    record.events.push(timed);
    record.events.splice(0, record.events.length - EVENTS_MAX);
    save();
    onEvent(timed);
  }

  /** The host leaves: lets go of everything and touches nothing. A start that is under way is left to the next host. */
  detach(): void {
    this.#detached = true;
    this.#logs?.close();
    this.#console?.close();
    this.#handle?.release();
  }

  async #live(): Promise<void> {
    const { record, services } = this.#options;
    let outcome: Beginning | undefined = await this.#recover();
    this.#resolveLooked();
    for (;;) {
      outcome ??= await this.#start();
      if (this.#hasLeft()) return;
      const end = await this.#endOf(outcome);
      outcome = undefined;
      if (end === "fatal") {
        record.failed = true;
        return;
      }
      const decision = decideRestart(
        restartPolicy(this.#options.spec.job, this.task, this.role),
        record.restart,
        end,
        services.clock.now(),
        services.random(),
      );
      record.restart = decision.state;
      if (decision.action === "done") return;
      if (decision.action === "fail") {
        record.failed = true;
        this.emit(events.notRestarting(decision.reason));
        return;
      }
      record.state = "pending";
      record.restarts++;
      record.restartAt = services.clock.now() + decision.delayNs / 1e6;
      this.emit(events.restarting(decision.delayNs, decision.reason));
      this.#changed();
    }
  }

  /** Waits for the task's turn or its restart, then makes one attempt. */
  async #start(): Promise<StartOutcome> {
    const { record, services, myTurn } = this.#options;
    const { signal } = this.#killed;
    try {
      signal.throwIfAborted();
      await myTurn(signal);
      if (record.restartAt !== undefined)
        await services.clock.sleep(Math.max(0, record.restartAt - services.clock.now()), signal);
    } catch (error) {
      if (signal.aborted) return { kind: "aborted" };
      throw error;
    }
    record.restartAt = undefined;
    const outcome = await startTaskOnce({
      ...this.#options,
      signal,
      emit: (event) => this.emit(event),
      onRun: (runId, handle) => this.#runBegins(runId, handle),
    });
    if (outcome.kind === "running" || outcome.kind === "exited") this.#running();
    else if (record.run !== undefined) await this.#runEnds(undefined);
    return outcome;
  }

  #running(): void {
    const { record, services } = this.#options;
    record.state = "running";
    record.startedAt = services.clock.now();
    record.finishedAt = undefined;
    record.exit = undefined;
    this.emit(events.started);
    this.#changed();
  }

  /** What became of an attempt, as the restart policy sees it. */
  async #endOf(outcome: Beginning): Promise<TaskEnd | "fatal"> {
    switch (outcome.kind) {
      case "aborted":
        return { kind: "killed" };
      case "fatal":
        return "fatal";
      case "not-started":
        return this.#killed.signal.aborted ? { kind: "killed" } : outcome;
      case "exited":
        await this.#runEnds(outcome.exit, outcome.explanation);
        return this.#afterExit(outcome.exit);
      case "terminated":
        return this.#afterExit(outcome.exit);
      case "running":
        return this.#watch(outcome.handle);
    }
  }

  /** The run has terminated, and that is on record: by itself, or because somebody wished it? */
  #afterExit(exit: ExitResult): TaskEnd {
    if (this.#killed.signal.aborted) {
      this.emit(events.killed);
      return { kind: "killed" };
    }
    if (this.#wish?.kind === "restart" || this.#lastIs("Restart Signaled")) {
      this.#wish = undefined;
      return { kind: "restart-requested" };
    }
    return { kind: "exited", outcome: exit.exitCode === 0 && exit.signal === 0 ? "success" : "failure" };
  }

  /** Whether an event of this type is on record since the last start. */
  #lastIs(type: string): boolean {
    const types = this.#options.record.events.map((event) => event.type);
    return types.lastIndexOf(type) > types.lastIndexOf("Started");
  }

  async #watch(handle: TaskHandle): Promise<TaskEnd> {
    this.#attach(handle);
    const wished = new Promise<void>((resolve) => {
      this.#onWish = resolve;
      if (this.#wish !== undefined) resolve();
    });
    await Promise.race([handle.exited, wished]);
    if (this.#hasLeft()) return { kind: "killed" };
    if (this.#wish !== undefined) await this.#carryOut(handle);
    const exit = await handle.exited;
    await this.#runEnds(exit);
    return this.#afterExit(exit);
  }

  /** Ends the VM as wished; a wish for more haste is heard while it waits. */
  async #carryOut(handle: TaskHandle): Promise<void> {
    const wish = this.#wish;
    if (wish === undefined) return;
    const hurried = new Promise<void>((resolve) => {
      this.#onWish = resolve;
    });
    const mode = wish.kind === "kill" ? wish.options.mode : "graceful";
    const work = this.#stop(handle, wish.kind, mode, hurried);
    const next = await Promise.race([work.then(() => "stopped" as const), hurried.then(() => "hurried" as const)]);
    if (next === "hurried" && !this.#hasLeft()) await this.#carryOut(handle);
    await work;
  }

  async #stop(
    handle: TaskHandle,
    kind: Wish["kind"],
    mode: KillOptions["mode"],
    hurried: Promise<void>,
  ): Promise<void> {
    const { services } = this.#options;
    const delayMs = kind === "kill" ? shutdownDelayMs(this.task) : 0;
    if (delayMs > 0) {
      this.emit(mode === "now" ? events.skippingShutdownDelay(delayMs) : events.waitingForShutdownDelay(delayMs));
      const ended = new AbortController();
      if (mode === "graceful")
        await Promise.race([
          services.clock.sleep(delayMs, ended.signal).catch(() => undefined),
          handle.exited,
          hurried,
        ]);
      ended.abort();
    }
    if (this.#hasLeft() || (mode === "graceful" && this.#hurry())) return;
    const timeoutMs = killTimeoutMs(this.task);
    const stopped = await stopTask(handle, { mode, timeoutMs, signal: this.task.KillSignal, clock: services.clock });
    if (stopped.ok || this.#hasLeft()) return;
    services.log.warn(`stopping ${handle.state.taskId}:`, formatProblem(stopped.error));
    // A signal that does not exist must not keep a VM alive.
    await stopTask(handle, { mode: "now", timeoutMs, signal: "", clock: services.clock });
  }

  #hasLeft(): boolean {
    return this.#detached;
  }

  #hurry(): boolean {
    return this.#wish?.kind === "kill" && this.#wish.options.mode === "now";
  }

  /** The run's files exist. What is on record before the process starts, a later host can find again. */
  #runBegins(runId: string, handle: TaskHandleState): void {
    if (this.#hasLeft()) throw new Error("the host is leaving");
    const { record, saveNow, saveOrThrow } = this.#options;
    record.run = { id: runId, handle };
    record.commandLine = handle.commandLine;
    // Before the process exists it must be on disk; afterwards a failure to write may not take it away again.
    if (handle.process === undefined) {
      saveOrThrow();
      return;
    }
    saveNow();
    this.#logs ??= this.#openLogs(handle);
  }

  #openLogs(handle: TaskHandleState): RunLogs {
    const { allocDir, services, logBase, spec } = this.#options;
    const { logsDir } = allocationDirs(allocDir);
    const logs = logRules(this.task);
    const stream = (name: "stdout" | "stderr") => ({
      spool: handle.output[name],
      logsDir,
      logName: `${this.name}.${name}`,
      logs,
      baseFile: logBase(name),
    });
    return openRunLogs({
      stdout: stream("stdout"),
      stderr: stream("stderr"),
      onOutput: (data) => this.#console?.emit(data),
      onError: (error) => services.log.error(`logs of ${spec.id} ${this.name}`, error),
    });
  }

  #attach(handle: TaskHandle): void {
    const { record } = this.#options;
    this.#handle = handle;
    if (record.run !== undefined) record.run = { ...record.run, handle: handle.state };
    const place = handle.state.endpoints.console;
    if (place !== undefined)
      this.#console = openTaskConsole({
        socket: place.socket,
        history: (bytes) => this.#logs?.history(bytes) ?? Buffer.alloc(0),
        position: () => this.#logs?.position() ?? 0,
        nudge: () => this.#logs?.nudge(),
      });
    handle.onRunState(() => this.#options.onChange());
    this.#changed();
  }

  /**
   * Copies what was printed last, puts the end on record, then removes what the run leaves behind: in this order, so that
   * a host that dies in between leaves something that the next one understands. `exit` is undefined for a run that never
   * became one; the explanation is shown with it, but is not in Nomad's event. A log that cannot be written keeps its spool.
   */
  async #runEnds(exit: ExitResult | undefined, explanation?: string): Promise<void> {
    const { record, services, runDir, saveNow } = this.#options;
    const { run } = record;
    let copied = true;
    try {
      if (run !== undefined) this.#logs ??= this.#openLogs(run.handle);
      await this.#logs?.finish();
    } catch (error) {
      copied = false;
      services.log.error(`the last output of ${this.name} stays in ${run === undefined ? "" : runDir(run.id)}`, error);
    }
    this.#logs = undefined;
    this.#console?.close();
    this.#console = undefined;
    this.#handle = undefined;
    record.run = undefined;
    if (exit !== undefined) {
      record.exit = { ...exit, message: explanation ?? exit.message };
      record.finishedAt = services.clock.now();
      this.emit(events.terminated(exit));
    }
    saveNow();
    if (run === undefined) return;
    await removeEndpoints(run.handle);
    if (copied) rmSync(runDir(run.id), { recursive: true, force: true });
    else renameSync(runDir(run.id), `${runDir(run.id)}.kept`);
  }

  /** Looks for the run on record. Undefined = there is none, the task begins (again). */
  async #recover(): Promise<Beginning | undefined> {
    const { record, services, spec } = this.#options;
    const { run } = record;
    if (run === undefined) {
      // Its end may be on record, but not what followed from it.
      if (record.state !== "running") return undefined;
      return record.exit === undefined ? undefined : { kind: "terminated", exit: record.exit };
    }
    const recovered = await recoverTask(run.handle, { clock: services.clock });
    if (recovered.ok && recovered.value.kind === "never-started") {
      await this.#runEnds(undefined);
      return undefined;
    }
    if (record.state !== "running") this.#running();
    if (recovered.ok && recovered.value.kind === "running") {
      this.#logs = this.#openLogs(run.handle);
      services.log.info(`adopted ${spec.id} ${this.name}, pid ${recovered.value.handle.state.process?.pid}`);
      return { kind: "running", handle: recovered.value.handle };
    }
    const exit = recovered.ok && recovered.value.kind === "ended" ? recovered.value.exit : lost(recovered);
    services.log.info(`${spec.id} ${this.name} ended while no host ran:`, exit);
    return { kind: "exited", exit, explanation: undefined };
  }

  #changed(): void {
    this.#options.save();
    this.#options.onChange();
  }
}

function lost(recovered: Result<unknown>): ExitResult {
  const message = recovered.ok ? undefined : formatProblem(recovered.error);
  return { exitCode: -1, signal: 0, reason: undefined, message };
}
