// What the tree shows for an allocation, a task and a port: plain data from plain data, so that it is tested without VS Code.
import type { AllocationSummary, PortStatus, TaskEvent, TaskStatus } from "../client/status.ts";
import { coarseDuration } from "./uptime.ts";

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: Icon;
  /** What the menus of package.json select by: `allocation.running.file`, `task.running.console`, `port`. */
  readonly contextValue: string;
  /** Read aloud instead of the label and the icon. */
  readonly accessibleLabel: string;
}

export interface Icon {
  /** A codicon. */
  readonly id: string;
  /** A theme colour; the foreground when absent. */
  readonly color?: string;
}

/** How an allocation or a task is doing, in the words of the context values. */
export type Condition = "pending" | "running" | "paused" | "stopping" | "complete" | "failed";

const ICONS: Readonly<Record<Condition, Icon>> = {
  pending: { id: "loading~spin" },
  running: { id: "vm-running", color: "charts.green" },
  paused: { id: "debug-pause", color: "charts.yellow" },
  stopping: { id: "loading~spin", color: "charts.yellow" },
  complete: { id: "vm-outline" },
  // Of the same family as the others: `list.errorForeground` has no colour in high contrast.
  failed: { id: "error", color: "charts.red" },
};

export function allocationCondition(allocation: AllocationSummary): Condition {
  if (allocation.status === "complete" || allocation.status === "failed") return allocation.status;
  if (allocation.desired === "stop") return "stopping";
  return allocation.status;
}

export function taskCondition(task: TaskStatus, allocation: AllocationSummary): Condition {
  if (task.state === "dead") return task.failed ? "failed" : "complete";
  if (allocation.desired === "stop") return "stopping";
  if (task.state === "running" && task.runState === "paused") return "paused";
  return task.state;
}

/** Whether anything of it runs or is about to. */
export function isAlive(allocation: AllocationSummary): boolean {
  return allocation.status === "running" || allocation.status === "pending";
}

export function allocationRow(allocation: AllocationSummary): Row {
  const condition = allocationCondition(allocation);
  const short = shortId(allocation.id);
  const state = condition === "running" ? "" : ` · ${CONDITION_TEXT[condition]}`;
  return {
    label: `${allocation.jobId}.${allocation.group}`,
    description: `${short}${state}`,
    icon: condition === "running" ? { id: "server-environment", color: "charts.green" } : ICONS[condition],
    contextValue: `allocation.${condition}${allocation.jobFile === undefined ? "" : ".file"}`,
    accessibleLabel: `allocation ${allocation.jobId}.${allocation.group} ${short}, ${CONDITION_TEXT[condition]}`,
  };
}

const CONDITION_TEXT: Readonly<Record<Condition, string>> = {
  pending: "starting",
  running: "running",
  paused: "paused",
  stopping: "stopping",
  complete: "ended",
  failed: "failed",
};

/** `now`: ms since the epoch. */
export function taskRow(task: TaskStatus, allocation: AllocationSummary, now: number): Row {
  const condition = taskCondition(task, allocation);
  const description = taskDescription(task, condition, now);
  return {
    label: task.name,
    description,
    icon: ICONS[condition],
    contextValue: `task.${condition}${task.hasConsole ? ".console" : ""}`,
    accessibleLabel: `task ${task.name}, ${description}`,
  };
}

function taskDescription(task: TaskStatus, condition: Condition, now: number): string {
  const restarts = task.restarts === 0 ? [] : [task.restarts === 1 ? "1 restart" : `${task.restarts} restarts`];
  switch (condition) {
    case "running":
    case "paused":
    case "stopping": {
      const up = task.startedAt === undefined ? [] : [coarseDuration(now - task.startedAt).text];
      const unusual = task.runState === undefined || task.runState === "running" ? [] : [task.runState];
      const stopping = condition === "stopping" ? ["stopping"] : unusual;
      return [...stopping, ...up, ...restarts].join(" · ");
    }
    case "pending":
      return [task.events.at(-1)?.type ?? "starting", ...restarts].join(" · ");
    case "complete":
      return [exitText(task), ...restarts].join(" · ");
    case "failed":
      return [exitText(task), ...restarts, ...explanation(task)].join(" · ");
  }
}

/** The first line of what is known of a failure. */
function explanation({ exit }: TaskStatus): string[] {
  const line = exit?.message?.split("\n")[0] ?? "";
  return line === "" ? [] : [line];
}

/** What a supervisor does about an end: not why it came. */
const CONSEQUENCES = new Set(["Not Restarting", "Restarting", "Killing", "Killed", "Restart Signaled"]);

/** The last event that says what happened to a task, rather than what was done about it. */
export function lastCause({ events }: TaskStatus): TaskEvent | undefined {
  return events.findLast(({ type }) => !CONSEQUENCES.has(type)) ?? events.at(-1);
}

/** Why a task ended, in a few words. */
export function exitText(task: TaskStatus): string {
  const { exit } = task;
  if (exit === undefined) return lastCause(task)?.type ?? (task.failed ? "failed" : "ended");
  if (exit.reason === "guest-shutdown" || exit.reason === "guest-reset") return "switched off by the guest";
  if (exit.reason === "guest-panic") return "the guest panicked";
  if (exit.signal !== 0) return `signal ${exit.signal}`;
  return exit.exitCode === -1 ? "exit code unknown" : `exit code ${exit.exitCode}`;
}

export function runningText(machines: number): string {
  return machines === 1 ? "1 virtual machine is running" : `${machines} virtual machines are running`;
}

export function portRow(port: PortStatus): Row {
  const guest = port.guestPort;
  return {
    label: port.label,
    description: `${address(port)}${guest === undefined ? "" : ` → ${guest}`}`,
    icon: { id: "plug" },
    contextValue: "port",
    accessibleLabel: `port ${port.label}, ${address(port)}${guest === undefined ? "" : `, port ${guest} in the guest`}`,
  };
}

/** `host:port`, as one types it into a client; an address that listens everywhere is reached at the loopback. */
export function address(port: PortStatus): string {
  const everywhere = port.hostIp === "" || port.hostIp === "0.0.0.0" || port.hostIp === "::";
  const host = everywhere ? "127.0.0.1" : port.hostIp;
  return host.includes(":") ? `[${host}]:${port.hostPort}` : `${host}:${port.hostPort}`;
}

/** Nomad shows the first eight characters of an id. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** Living ones first, then the newest. */
export function inOrder(allocations: Iterable<AllocationSummary>): AllocationSummary[] {
  return [...allocations].sort(
    (a, b) => Number(isAlive(b)) - Number(isAlive(a)) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1),
  );
}

/** The living allocation in which a task of a job file runs; a file that is on no disk is known by its job's id. */
export function aliveFrom(
  alive: readonly AllocationSummary[],
  wanted: {
    readonly file: string | undefined;
    readonly jobId: string | null;
    readonly group: string;
    readonly task: string;
  },
): AllocationSummary | undefined {
  return alive.find(
    ({ jobFile, jobId, group, tasks }) =>
      jobFile === wanted.file &&
      (jobFile !== undefined || jobId === wanted.jobId) &&
      group === wanted.group &&
      tasks.some(({ name, state }) => name === wanted.task && state !== "dead"),
  );
}
