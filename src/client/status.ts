// What an allocation on this machine looks like from outside: plain data, sent over RPC, shown by views and the command line.

export type TaskState = "pending" | "running" | "dead";
/** Nomad's allocation client status. */
export type AllocationStatus = "pending" | "running" | "complete" | "failed";

export interface TaskEvent {
  /** Nomad's event types: Received, Task Setup, Downloading Artifacts, Started, Terminated, … */
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** Nomad's display message. */
  readonly display: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Why a VM ended, as far as it can be known (qemu.md 7). */
export interface ExitResult {
  /** 128+signal when killed by a signal; -1 when nobody could see it. */
  readonly exitCode: number;
  readonly signal: number;
  /** QEMU's own shutdown reason, when QMP told: guest-shutdown, guest-reset, host-qmp-quit, host-signal, guest-panic, … */
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

export interface PortStatus {
  readonly label: string;
  readonly hostIp: string;
  readonly hostPort: number;
  /** Port in the guest when a forward exists, else undefined. */
  readonly guestPort: number | undefined;
}

export interface TaskStatus {
  readonly name: string;
  readonly driver: string;
  readonly state: TaskState;
  readonly failed: boolean;
  readonly restarts: number;
  /** ms since the epoch; undefined before the first start / end. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly events: readonly TaskEvent[];
  readonly exit: ExitResult | undefined;
  readonly pid: number | undefined;
  /** The full command line of the current run: Nomad's part and the local suffix. */
  readonly commandLine: { readonly nomad: readonly string[]; readonly local: readonly string[] } | undefined;
  /** QMP run state: running, paused, shutdown, guest-panicked, io-error, … */
  readonly runState: string | undefined;
  /** A serial console that can be attached. */
  readonly hasConsole: boolean;
}

export interface AllocationSummary {
  readonly id: string;
  /** `<job>.<group>[0]` */
  readonly name: string;
  readonly jobId: string;
  readonly group: string;
  /** Absolute path of the job file it was started from; undefined from standard input. */
  readonly jobFile: string | undefined;
  readonly desired: "run" | "stop";
  readonly status: AllocationStatus;
  /** Nomad's client description: "Tasks are running", "Failed tasks", … */
  readonly description: string;
  readonly createdAt: number;
  readonly allocDir: string;
  readonly tasks: readonly TaskStatus[];
  readonly ports: readonly PortStatus[];
}
