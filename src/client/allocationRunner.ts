// One allocation: its tasks, their effect on each other, and what it looks like from outside.
// Source: Nomad client/allocrunner (nomad.md 2.1, 2.9).
import path from "node:path";
import { ProblemError, type Problem } from "../base/result.ts";
import type { TaskGroup } from "../jobspec/job.ts";
import { endOfGroup, killWaves, mayStart, type TaskLife } from "./lifecycle.ts";
import { allocationSummary } from "./summary.ts";
import type { AllocationSpec, AllocationState, AllocationStore } from "./record.ts";
import type { ClientServices } from "./services.ts";
import type { AllocationSummary, TaskEvent } from "./status.ts";
import type { NewTaskEvent } from "./taskEvents.ts";
import { TaskRunner, type KillOptions } from "./taskRunner.ts";

export interface AllocationListener {
  changed(summary: AllocationSummary): void;
  taskEvent(id: string, task: string, event: TaskEvent): void;
  artifactProgress(id: string, task: string, source: string, received: number, total: number): void;
}

export interface AllocationRunnerOptions {
  readonly spec: AllocationSpec;
  readonly state: AllocationState;
  readonly store: AllocationStore;
  readonly services: ClientServices;
  /** Nomad's `<data_dir>/alloc`. */
  readonly allocRoot: string;
  readonly listener: AllocationListener;
}

/**
 * So long the first state may wait: a start that is quicker writes it with its run. Until then a successor would begin anew,
 * as it would after no time at all. To replace a file, which the second state does, makes the file system write the first
 * one to the disk.
 */
const FIRST_SAVE_MS = 20;
const MAX_RUN_DURATION_REASON = "allocation exceeded max_run_duration";

export class AllocationRunner {
  readonly spec: AllocationSpec;
  readonly allocDir: string;
  readonly tasks: readonly TaskRunner[];
  /** Resolves when every task is dead. */
  readonly ended: Promise<void>;
  readonly #options: AllocationRunnerOptions;
  readonly #group: TaskGroup;
  #resolveEnded: () => void = () => undefined;
  #turnListeners = new Set<() => void>();
  /** What ends the group is acted on once. */
  #ending: Promise<void> | undefined;
  #endReason: string | undefined;
  #detached = false;
  #unsaved = false;
  /** Whether there is a state on disk. */
  #isOnDisk: boolean;

  constructor(options: AllocationRunnerOptions) {
    this.#options = options;
    this.#isOnDisk = Object.values(options.state.tasks).some(({ events }) => events.length > 0);
    this.spec = options.spec;
    this.allocDir = path.join(options.allocRoot, options.spec.id);
    const group = options.spec.job.TaskGroups?.find(({ Name }) => Name === options.spec.group);
    if (group === undefined) throw new Error(`${options.spec.id}: no group ${options.spec.group}`);
    this.#group = group;
    this.tasks = (group.Tasks ?? []).map((task) => this.#taskRunner(task.Name));
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /**
   * Starts it, or goes on with it. Resolves when every VM on record has been looked for, so that what `summary` says is
   * true. Never rejects.
   */
  async run(): Promise<void> {
    for (const task of this.tasks)
      if (task.wasBeingKilled()) void this.#killIfAlive(task, { mode: "graceful", announcement: "made" });
    const runs = this.tasks.map((task) => {
      const running = task.run();
      void running.then(() => this.#taskChanged());
      return running;
    });
    void Promise.all(runs).then(() => {
      if (!this.#detached) this.#resolveEnded();
    });
    this.#watchRunDuration();
    await Promise.all(this.tasks.map((task) => task.looked));
    if (this.#options.state.desired === "stop" && this.isRunning())
      void this.#killAll({ mode: "graceful", announcement: "made" });
    this.#taskChanged();
  }

  isRunning(): boolean {
    return this.tasks.some((task) => task.life().state !== "dead");
  }

  summary(): AllocationSummary {
    const { spec, state } = this.#options;
    return allocationSummary({ spec, state, tasks: this.tasks, allocDir: this.allocDir, reason: this.#endReason });
  }

  /**
   * Ends the allocation; resolves when every task is dead. Tasks for afterwards (poststop) then run to their end; a second
   * call, or one in haste, ends them too.
   */
  async stop(mode: KillOptions["mode"]): Promise<void> {
    const { state, services, listener } = this.#options;
    const first = state.desired === "run";
    state.desired = "stop";
    this.#save("power-cut");
    listener.changed(this.summary());
    const delayMs = (this.#group.ShutdownDelay ?? 0) / 1e6;
    if (first && mode === "graceful" && delayMs > 0 && this.isRunning()) await services.clock.sleep(delayMs);
    if (first || mode === "now") await this.#killAll({ mode });
    if (!first || mode === "now")
      for (const task of this.tasks) if (task.role === "poststop") void this.#killIfAlive(task, { mode });
    await this.ended;
  }

  /** Restarts one task, or all that run. @throws ProblemError when none of them runs */
  restart(taskName: string | undefined): void {
    const reason =
      taskName === undefined ? "User requested running tasks to restart" : "User requested task to restart";
    const chosen = this.tasks.filter(({ name }) => taskName === undefined || name === taskName);
    if (chosen.length === 0) throw new ProblemError(noSuchTask(this.spec, taskName ?? ""));
    const problems = chosen.map((task) => task.restart(reason)).filter((problem) => problem !== undefined);
    const [first] = problems;
    if (first !== undefined && problems.length === chosen.length)
      throw new ProblemError({ ...first, where: this.spec.name });
  }

  /** The task by name, or the only one with a running VM. @throws ProblemError */
  task(name: string | undefined): TaskRunner {
    const found = this.tasks.filter((task) => (name === undefined ? task.handle !== undefined : task.name === name));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    throw new ProblemError(noSuchTask(this.spec, name ?? ""));
  }

  /** The host leaves: VMs go on. Nothing is written any more. */
  detach(): void {
    if (this.#unsaved) this.#save();
    this.#detached = true;
    for (const task of this.tasks) task.detach();
  }

  #taskRunner(name: string): TaskRunner {
    const { spec, state, store, services, listener } = this.#options;
    const task = this.#group.Tasks?.find(({ Name }) => Name === name);
    const record = state.tasks[name];
    if (task === undefined || record === undefined) throw new Error(`${spec.id}: no record of task ${name}`);
    return new TaskRunner({
      spec,
      group: this.#group,
      task,
      record,
      services,
      allocDir: this.allocDir,
      runDir: (runId) => store.runDir(spec.id, runId),
      logBase: (stream) => store.logBase(spec.id, name, stream),
      save: () => this.#saveSoon(),
      saveNow: () => this.#save(),
      saveOrThrow: () => this.#saveOrThrow(),
      onEvent: (event) => {
        listener.taskEvent(spec.id, name, event);
        if (!this.#detached) listener.changed(this.summary());
      },
      onChange: () => this.#taskChanged(),
      onProgress: (source, received, total) => listener.artifactProgress(spec.id, name, source, received, total),
      myTurn: (signal) => this.#turn(name, signal),
    });
  }

  #lives(): TaskLife[] {
    return this.tasks.map((task) => task.life());
  }

  /** Several changes in one turn are one write. For what may be lost with a host that is killed in the same millisecond. */
  #saveSoon(): void {
    if (this.#unsaved) return;
    this.#unsaved = true;
    const save = (): void => {
      if (this.#unsaved) this.#save();
    };
    if (this.#isOnDisk) setImmediate(save);
    else setTimeout(save, FIRST_SAVE_MS);
  }

  /** A full disk must not end the care for a VM that runs: the next change is written again, whole. */
  #save(outlives: "process" | "power-cut" = "process"): void {
    try {
      this.#saveOrThrow(outlives);
    } catch (error) {
      this.#options.services.log.error(`the state of allocation ${this.spec.id} could not be written`, error);
    }
  }

  #saveOrThrow(outlives: "process" | "power-cut" = "process"): void {
    if (this.#detached) return;
    this.#unsaved = false;
    this.#options.store.write(this.spec.id, this.#options.state, outlives);
    this.#isOnDisk = true;
  }

  /** Some task is in another state: who may start now, and must anybody end? */
  #taskChanged(): void {
    if (this.#detached) return;
    this.#options.listener.changed(this.summary());
    for (const listener of [...this.#turnListeners]) listener();
    const cause = this.#ending === undefined ? endOfGroup(this.#lives()) : undefined;
    if (cause !== undefined) this.#ending = this.#end(cause);
  }

  async #end(cause: NewTaskEvent): Promise<void> {
    for (const task of this.tasks) if (task.role !== "poststop" && task.life().state !== "dead") task.emit(cause);
    await this.#killAll({ mode: "graceful" });
    this.#ending = undefined;
  }

  async #killAll(options: KillOptions): Promise<void> {
    for (const wave of killWaves(this.#lives()))
      await Promise.all(
        this.tasks.filter(({ name }) => wave.includes(name)).map((task) => this.#killIfAlive(task, options)),
      );
  }

  #killIfAlive(task: TaskRunner, options: KillOptions): Promise<void> {
    return task.life().state === "dead" ? Promise.resolve() : task.kill(options);
  }

  #turn(name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const role = this.tasks.find((task) => task.name === name)?.role ?? "main";
      const look = (): void => {
        if (!mayStart(role, this.#lives())) return;
        this.#turnListeners.delete(look);
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = (): void => {
        this.#turnListeners.delete(look);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#turnListeners.add(look);
      look();
    });
  }

  #watchRunDuration(): void {
    const limitNs = this.#group["MaxRunDuration"];
    if (typeof limitNs !== "number" || limitNs <= 0 || !this.isRunning()) return;
    const { clock } = this.#options.services;
    const over = new AbortController();
    void this.ended.then(() => over.abort());
    clock.sleep(Math.max(0, this.spec.createdAt + limitNs / 1e6 - clock.now()), over.signal).then(
      () => {
        this.#endReason = MAX_RUN_DURATION_REASON;
        const options: KillOptions = { mode: "graceful", reason: MAX_RUN_DURATION_REASON };
        // The time is up for the tasks for afterwards too: they do not run any more.
        for (const task of this.tasks) if (task.role === "poststop") void this.#killIfAlive(task, options);
        return this.#killAll(options);
      },
      () => undefined,
    );
  }
}

function noSuchTask(spec: AllocationSpec, name: string): Problem {
  const names = (spec.job.TaskGroups?.find(({ Name }) => Name === spec.group)?.Tasks ?? []).map(({ Name }) => Name);
  return {
    code: "task-not-found",
    what:
      name === "" ? "No single task of this allocation has a running VM" : `There is no task ${JSON.stringify(name)}`,
    where: spec.name,
    next: `Its tasks are: ${names.join(", ")}.`,
  };
}
