// The command line's way to the host, and the words for an allocation that is not there.
import { programFile } from "../base/programs.ts";
import { ProblemError, type Problem } from "../base/result.ts";
import { connectHost, type HostConnection } from "../host/connect.ts";
import type { AllocationSummary, TaskStatus } from "../client/status.ts";
import type { AheadCall } from "../host/callAhead.ts";
import { CLIENT_NAME, dataDirOf } from "./dataDir.ts";
import type { VerbContext } from "./verb.ts";

/** Connects to the host, starting it when there is none. Throws a ProblemError with the reason. */
export async function openHost(context: VerbContext, ahead?: AheadCall): Promise<HostConnection> {
  const connected = await connectHost({
    dataDir: dataDirOf(context),
    hostProgram: programFile("host.js"),
    execPath: process.execPath,
    env: context.terminal.environment,
    clientName: CLIENT_NAME,
    start: "on-demand",
    ahead,
  });
  if (!connected.ok) throw new ProblemError(connected.error);
  return connected.value;
}

/** Runs `use` with a connection and closes it afterwards, whatever happens. */
export async function withHost<T>(
  context: VerbContext,
  use: (host: HostConnection) => Promise<T>,
  ahead?: AheadCall,
): Promise<T> {
  const host = await openHost(context, ahead);
  try {
    return await use(host);
  } finally {
    host.dispose();
  }
}

/** The task named, or the only one; throws a ProblemError that lists the names. */
export function chooseTask(allocation: AllocationSummary, name: string | undefined): TaskStatus {
  const found = name === undefined ? allocation.tasks : allocation.tasks.filter((task) => task.name === name);
  const [task] = found;
  if (task !== undefined && found.length === 1) return task;
  const names = allocation.tasks.map((candidate) => candidate.name).join(", ");
  throw new ProblemError({
    code: "which-task",
    what: name === undefined ? "This allocation has several tasks" : `This allocation has no task "${name}"`,
    where: allocation.name,
    next: `Name one of: ${names}.`,
  });
}

/** Waits until an allocation is as `done` wants it; looks again whenever the host says that it has changed. */
export async function untilAllocation(
  { signal }: VerbContext,
  host: HostConnection,
  id: string,
  done: (allocation: AllocationSummary) => boolean,
): Promise<AllocationSummary> {
  return new Promise((resolve, reject) => {
    const look = (allocation: AllocationSummary): void => {
      if (allocation.id === id && done(allocation)) resolve(allocation);
    };
    host.onNotification("allocation/changed", look);
    host.onClose(() => reject(new ProblemError(HOST_GONE)));
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    host.request("allocation/get", { id }).then(look, reject);
  });
}

const HOST_GONE: Problem = {
  code: "host-gone",
  what: "The host process ended while this was waiting",
  next: "The VMs go on. Try again: that starts a new host, which adopts them.",
};
