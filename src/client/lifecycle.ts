// Which task of a group may start, what one task's end means for the others, and in which order they are ended. Pure.
// Source: Nomad client/allocrunner, handleTaskStateUpdates and killTasks; client/allocrunner/tasklifecycle (nomad.md 2.9).
import type { Task } from "../jobspec/job.ts";
import type { TaskState } from "./status.ts";
import { leaderTaskDead, mainTasksDead, siblingFailed, type NewTaskEvent } from "./taskEvents.ts";

export type TaskRole = "prestart" | "prestart-sidecar" | "main" | "poststart" | "poststart-sidecar" | "poststop";

/** A task as the rules see it; a group's tasks come in the job's order. */
export interface TaskLife {
  readonly name: string;
  readonly role: TaskRole;
  readonly leader: boolean;
  readonly state: TaskState;
  readonly failed: boolean;
}

export function taskRole({ Lifecycle: lifecycle }: Pick<Task, "Lifecycle">): TaskRole {
  switch (lifecycle?.Hook) {
    case "prestart":
      return lifecycle.Sidecar ? "prestart-sidecar" : "prestart";
    case "poststart":
      return lifecycle.Sidecar ? "poststart-sidecar" : "poststart";
    case "poststop":
      return "poststop";
    default:
      return "main";
  }
}

const isSidecar = (role: TaskRole): boolean => role === "prestart-sidecar" || role === "poststart-sidecar";

/** Whether a task that ends well is started again: services and sidecars are, what runs once is not. */
export function restartsOnSuccess(role: TaskRole, jobType: string): boolean {
  if (role === "main") return jobType === "service" || jobType === "system";
  return isSidecar(role);
}

/** Whether a task of this role may start now. Once it might, it is not asked again. */
export function mayStart(role: TaskRole, lives: readonly TaskLife[]): boolean {
  const of = (...roles: TaskRole[]): TaskLife[] => lives.filter((life) => roles.includes(life.role));
  const prepared =
    of("prestart").every(({ state, failed }) => state === "dead" && !failed) &&
    of("prestart-sidecar").every(({ state }) => state === "running");
  switch (role) {
    case "prestart":
    case "prestart-sidecar":
      return true;
    case "main":
      return prepared;
    case "poststart":
    case "poststart-sidecar":
      return of("main").every(({ state }) => state !== "pending");
    case "poststop":
      return lives.every(({ role: other, state }) => other === "poststop" || state === "dead");
  }
}

/**
 * Why the tasks that still live must end, as the event that they get; undefined = they go on (or none lives).
 * A failed task counts before a dead leader, and that before main tasks that are all done.
 */
export function endOfGroup(lives: readonly TaskLife[]): NewTaskEvent | undefined {
  const counting = lives.filter(({ role }) => role !== "poststop");
  const living = counting.filter(({ state }) => state !== "dead");
  if (living.length === 0) return undefined;
  const dead = counting.filter(({ state }) => state === "dead");
  const failed = dead.find((life) => life.failed);
  if (failed !== undefined) return siblingFailed(failed.name);
  if (dead.some(({ leader }) => leader)) return leaderTaskDead;
  return living.every(({ role }) => isSidecar(role)) ? mainTasksDead : undefined;
}

/** In which order tasks are ended: each wave waits for the one before. Tasks for afterwards are not among them. */
export function killWaves(lives: readonly TaskLife[]): string[][] {
  const living = lives.filter(({ role, state }) => role !== "poststop" && state !== "dead");
  const names = (tasks: readonly TaskLife[]): string[] => tasks.map(({ name }) => name);
  const leaders = living.filter(({ leader }) => leader);
  const others = living.filter(({ leader, role }) => !leader && !isSidecar(role));
  const sidecars = living.filter(({ leader, role }) => !leader && isSidecar(role));
  return [names(leaders), names(others), names(sidecars)].filter((wave) => wave.length > 0);
}
