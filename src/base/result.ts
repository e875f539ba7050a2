// Results for failures that a person will read. Exceptions are kept for bugs and broken worlds.

/** A success with its value, or an expected failure that explains itself. */
export type Result<T, E = Problem> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** One failure in the house's four parts (architecture law 8): what, where, why, what to do next. */
export interface Problem {
  /** Stable, machine-readable, kebab-case: `port-taken`, `image-missing`. */
  readonly code: string;
  /** What happened, one sentence. A short label people search for (Nomad's, HCL's, QEMU's) is kept to the letter. */
  readonly what: string;
  /** The file, task, path or address it happened at. */
  readonly where?: string;
  /** The reason, with the underlying message (QEMU's stderr line, errno text). */
  readonly why?: string;
  /** What the reader can do next. */
  readonly next?: string;
  readonly cause?: unknown;
}

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const fail = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** Renders a problem as the lines a terminal or a modal shows: `what (where)`, `why`, `next`. */
export function formatProblem(problem: Problem): string {
  const head = problem.where === undefined ? problem.what : `${problem.what} (${problem.where})`;
  return [head, problem.why, problem.next].filter((line) => line !== undefined && line !== "").join("\n");
}

/** The same symbol in every bundle of ours: a class is not, when one bundle loads another. */
const IS_PROBLEM = Symbol.for("nomad-qemu.ProblemError");

/**
 * Carries a Problem through code that must throw (RPC handlers, promise chains). `instanceof` also knows one that was
 * thrown by another bundle of ours (dist/vms.js runs parts of dist/machine.js).
 */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly [IS_PROBLEM] = true;
  constructor(problem: Problem) {
    super(formatProblem(problem), { cause: problem.cause });
    this.name = "ProblemError";
    this.problem = problem;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && IS_PROBLEM in value;
  }
}
