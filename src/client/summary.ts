// What an allocation looks like from outside, put together from its records and its living tasks.
import type { AllocationSpec, AllocationState } from "./record.ts";
import type { AllocationStatus, AllocationSummary, PortStatus, TaskStatus } from "./status.ts";
import type { TaskRunner } from "./taskRunner.ts";

export interface SummaryInput {
  readonly spec: AllocationSpec;
  readonly state: AllocationState;
  readonly tasks: readonly TaskRunner[];
  readonly allocDir: string;
  /** Why the client ended the allocation by itself; it replaces Nomad's usual description. */
  readonly reason: string | undefined;
}

export function allocationSummary({ spec, state, tasks, allocDir, reason }: SummaryInput): AllocationSummary {
  const statuses = tasks.map((task) => taskStatus(task, state));
  const status = clientStatus(statuses);
  return {
    id: spec.id,
    name: spec.name,
    jobId: spec.job.ID ?? "",
    group: spec.group,
    jobFile: spec.jobFile,
    desired: state.desired,
    status,
    description: reason !== undefined && status === "complete" ? reason : DESCRIPTIONS[status],
    createdAt: spec.createdAt,
    allocDir,
    tasks: statuses,
    ports: spec.ports.map((port): PortStatus => ({
      label: port.label,
      hostIp: port.hostIp,
      hostPort: port.hostPort,
      guestPort: forwardedPort(port.hostPort, statuses),
    })),
  };
}

/** Nomad: client/allocrunner, getClientStatus. */
const DESCRIPTIONS: Readonly<Record<AllocationStatus, string>> = {
  failed: "Failed tasks",
  running: "Tasks are running",
  pending: "No tasks have started",
  complete: "All tasks have completed",
};

function clientStatus(tasks: readonly TaskStatus[]): AllocationStatus {
  if (tasks.some(({ failed }) => failed)) return "failed";
  if (tasks.some(({ state }) => state === "running")) return "running";
  return tasks.some(({ state }) => state === "pending") ? "pending" : "complete";
}

function taskStatus(runner: TaskRunner, state: AllocationState): TaskStatus {
  const record = state.tasks[runner.name];
  if (record === undefined) throw new Error(`no record of task ${runner.name}`);
  return {
    name: runner.name,
    driver: runner.task.Driver,
    state: record.state,
    failed: record.failed,
    restarts: record.restarts,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    events: [...record.events],
    exit: record.exit,
    pid: runner.handle?.state.process?.pid,
    commandLine: record.commandLine,
    runState: runner.handle?.runState,
    hasConsole: runner.console !== undefined,
  };
}

/** The guest's end of a forward of this host port, as the command lines say. */
function forwardedPort(hostPort: number, tasks: readonly TaskStatus[]): number | undefined {
  const forward = new RegExp(`hostfwd=(?:tcp|udp)?:[^:,]*:${hostPort}-[^:,]*:(\\d+)(?:,|$)`);
  for (const { commandLine } of tasks)
    for (const argument of commandLine?.nomad ?? []) {
      const guestPort = forward.exec(argument)?.[1];
      if (guestPort !== undefined) return Number(guestPort);
    }
  return undefined;
}
