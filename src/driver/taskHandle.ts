// A running (or ended) task: its durable state, which is plain JSON, and the live part that a process of ours holds.
import type { ProcessIdentity } from "../base/processIdentity.ts";
import { fail, type Result } from "../base/result.ts";
import type { ExitResult } from "./exitResult.ts";
import type { LocalEndpoints } from "./localSuffix.ts";
import { connectQmp, type QmpClient, type QmpEvent } from "./qmp.ts";

/** What has to be kept on disk to find a VM again. Plain JSON. */
export interface TaskHandleState {
  /** Raised when the meaning of a field changes. */
  readonly version: 1;
  readonly taskId: string;
  /**
   * Undefined from the moment before the start until the process has a number: whoever finds such a state looks whether
   * a VM answers at the endpoints.
   */
  readonly process: ProcessIdentity | undefined;
  readonly endpoints: LocalEndpoints;
  readonly commandLine: { readonly nomad: readonly string[]; readonly local: readonly string[] };
  /** The task asked for `graceful_shutdown`: a stop presses the power button first. */
  readonly gracefulShutdown: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Append-only files with everything that was printed; the serial console is in `stdout`. */
  readonly output: { readonly stdout: string; readonly stderr: string };
}

/** Events after which QEMU's run state may be another one. */
const RUN_STATE_EVENTS = new Set(["STOP", "RESUME", "SHUTDOWN", "RESET", "SUSPEND", "WAKEUP", "GUEST_PANICKED"]);

/** exitCode of a VM whose end nobody could see. */
const NOT_SEEN = -1;
const SIGKILL_NUMBER = 9;
const KILLED: ExitResult = {
  exitCode: 128 + SIGKILL_NUMBER,
  signal: SIGKILL_NUMBER,
  reason: undefined,
  message: undefined,
};

/** The live part of a task. Made by startTask and recoverTask only. */
export class TaskHandle {
  readonly state: TaskHandleState;
  /** Resolves when the VM has ended. Never rejects. */
  readonly exited: Promise<ExitResult>;
  #exit: ExitResult | undefined;
  #killed = false;
  #runState: string | undefined;
  #control: QmpClient | undefined;
  #connecting: Promise<Result<QmpClient>> | undefined;
  readonly #events: QmpClient | undefined;
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  readonly #runStateListeners = new Set<(runState: string) => void>();

  constructor(state: TaskHandleState, events: QmpClient | undefined, exited: Promise<ExitResult>) {
    this.state = state;
    this.#events = events;
    this.exited = exited.then((seen) => {
      // Nobody can see the signal that ends a process that is not a child, but we know when it was ours.
      const exit = this.#killed && seen.exitCode === NOT_SEEN ? KILLED : seen;
      this.#exit = exit;
      this.release();
      return exit;
    });
    events?.onEvent((event) => {
      for (const listener of this.#listeners) listener(event);
      if (RUN_STATE_EVENTS.has(event.name)) void this.refreshRunState();
    });
  }

  /** Says that SIGKILL is on its way to the VM. */
  noteKill(): void {
    this.#killed = true;
  }

  /** The result of a VM that has ended, undefined while it runs. */
  get exit(): ExitResult | undefined {
    return this.#exit;
  }

  /** QMP run state as last told: running, paused, shutdown, guest-panicked, io-error, …; undefined before it was asked. */
  get runState(): string | undefined {
    return this.#runState;
  }

  /** Calls back for every QMP event; returns the function that ends it. */
  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls back when the run state changes; returns the function that ends it. */
  onRunState(listener: (runState: string) => void): () => void {
    this.#runStateListeners.add(listener);
    return () => void this.#runStateListeners.delete(listener);
  }

  /** Executes a QMP command over the one control connection. Problems: those of qmp.ts, and `task-not-running`. */
  async execute(
    command: string,
    args?: Readonly<Record<string, unknown>>,
    timeoutMs?: number,
  ): Promise<Result<unknown>> {
    const control = await this.control();
    return control.ok ? control.value.execute(command, args, timeoutMs) : control;
  }

  /** The control connection, made on first use and kept. */
  async control(): Promise<Result<QmpClient>> {
    if (this.#exit !== undefined)
      return fail({ code: "task-not-running", what: "The VM has ended", where: this.state.taskId });
    this.#connecting ??= connectQmp(this.state.endpoints.control.socket);
    const connected = await this.#connecting;
    if (!connected.ok) this.#connecting = undefined;
    else if (this.#control !== connected.value) {
      this.#control = connected.value;
      void connected.value.closed.then(() => {
        this.#control = undefined;
        this.#connecting = undefined;
      });
    }
    return connected;
  }

  /** Asks QEMU for its run state and tells the listeners when it is another one. */
  async refreshRunState(): Promise<void> {
    const status = await this.execute("query-status");
    const runState = status.ok ? (status.value as { readonly status?: unknown }).status : undefined;
    if (typeof runState !== "string" || runState === this.#runState) return;
    this.#runState = runState;
    for (const listener of this.#runStateListeners) listener(runState);
  }

  /** Lets go of the VM's sockets; the VM does not notice. */
  release(): void {
    this.#control?.close();
    this.#events?.close();
  }
}
