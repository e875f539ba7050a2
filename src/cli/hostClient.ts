// The command line's way to the host, and the words for an allocation that is not there.
import { programFile } from "../base/programs.ts";
import { ProblemError, type Problem, type Result } from "../base/result.ts";
import { connectHost, type ConnectOptions, type HostConnection } from "../host/connect.ts";
import type { AllocationSummary, TaskStatus } from "../client/status.ts";
import type { AheadCall } from "../host/callAhead.ts";
import { CLIENT_NAME, dataDirOf } from "./dataDir.ts";
import type { VerbContext } from "./verb.ts";

/** Connects to the host, starting it when there is none. Throws a ProblemError with the reason. */
export async function openHost(context: VerbContext, ahead?: AheadCall): Promise<HostConnection> {
  const connected = await connect(context, "on-demand", ahead);
  if (!connected.ok) throw new ProblemError(connected.error);
  return connected.value;
}

function connect(
  context: VerbContext,
  start: ConnectOptions["start"],
  ahead?: AheadCall,
): Promise<Result<HostConnection>> {
  return connectHost({
    dataDir: dataDirOf(context),
    hostProgram: programFile("host.js"),
    execPath: process.execPath,
    env: context.terminal.environment,
    clientName: CLIENT_NAME,
    start,
    ahead,
  });
}

/** A host that was killed may not be quite gone, and one that replaces it needs a moment. */
const SUCCESSOR_DELAYS_MS = [50, 250, 1000];

/**
 * The host that lives after the one before has gone, started where there is none. A host of another version is left alone:
 * it was put in that one's place, and to replace it in turn would have no end.
 */
export async function openSuccessor(context: VerbContext): Promise<HostConnection | undefined> {
  for (const delay of SUCCESSOR_DELAYS_MS) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    const living = await connect(context, "never");
    const absent = !living.ok && living.error.code === "host-not-running";
    const connected = absent ? await connect(context, "on-demand") : living;
    if (connected.ok) return connected.value;
  }
  return undefined;
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
