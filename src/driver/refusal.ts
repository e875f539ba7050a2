// What the driver refuses and what it warns of: one shape for the linter, the command line and startTask.

/** A path into the task (API names) or its config: `["Config", "args", 2]`, `["Resources", "MemoryMB"]`. */
export type TaskPath = readonly (string | number)[];

export interface Refusal {
  /** Stable code, kebab-case, `qemu/args-not-allowed`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Nomad's own short string where Nomad has one (nomad.md 1.7), to the letter. */
  readonly message: string;
  /** Our own words: why, and what to do. */
  readonly detail: string;
  /** The value that is at fault, below the task. */
  readonly path: TaskPath;
  /** The task event that Nomad reports it with. */
  readonly event: "Failed Validation" | "Driver Failure" | "Task hook failed" | "Setup Failure";
}
