// Plays a recorded life of a task again: the same job, the same things done to it, with our host and a real QEMU.
import net from "node:net";
import path from "node:path";
import type { AllocationSummary, TaskEvent } from "../../src/client/status.ts";
import type { HostConnection } from "../../src/host/connect.ts";
import { jobOf, type HostWorld } from "./hostWorld.ts";

export interface RecordedEvent {
  readonly task?: string;
  readonly t_ms: number;
  readonly type: string;
  readonly display: string;
  readonly details?: Readonly<Record<string, string>>;
}

interface AllocStatus {
  readonly client: string;
  readonly clientDescription: string;
  readonly tasks: Readonly<Record<string, { state: string; failed: boolean; restarts: number }>>;
}

export interface RecordedLife {
  readonly id: string;
  readonly hcl: string;
  readonly plugin: Readonly<Record<string, unknown>>;
  readonly events: readonly RecordedEvent[];
  readonly observed: readonly {
    readonly t_ms: number;
    readonly what: string;
    readonly body?: { readonly TaskName?: string };
  }[];
  readonly allocStatus: AllocStatus | readonly AllocStatus[];
}

/** What is done to a task; undefined = it happens by itself, or only the recording knows. */
type Action = (
  host: HostConnection,
  summary: AllocationSummary,
  world: HostWorld,
) => Promise<HostConnection | undefined>;

function actionOf({ what, body }: RecordedLife["observed"][number]): Action | "observation" | "unknown" {
  const signal = /^signal (\d+) sent to QEMU/.exec(what)?.[1];
  if (signal !== undefined) return killing(Number(signal), undefined);
  if (what.startsWith("QEMU killed") && !what.includes("agent")) return killing(9, undefined);
  if (what.startsWith("QEMU of the sidecar killed")) return killing(9, "side");
  const off = /^guest (?:of (?:task )?(\w+) )?told to power off/.exec(what);
  if (off !== null) return powerOff(off[1]);
  if (/^(job stop requested|alloc stop requested)$/.test(what.trim())) return stopping;
  if (what.startsWith("alloc restart requested")) return restarting(body?.TaskName);
  if (what.startsWith("agent killed by SIGKILL")) return hostKilled;
  if (/^(qemu |qmp |QMP |agent |stop -> ok|restart -> ok|stats shape|artifact requests|variable )/.test(what))
    return "observation";
  return "unknown";
}

function taskOf(summary: AllocationSummary, name: string | undefined) {
  const task = summary.tasks.find((each) => (name === undefined ? each.pid !== undefined : each.name === name));
  if (task?.pid === undefined) throw new Error(`no VM of ${name ?? "any task"}`);
  return { name: task.name, pid: task.pid };
}

const killing =
  (signal: number, task: string | undefined): Action =>
  (_, summary) => {
    process.kill(taskOf(summary, task).pid, signal);
    return Promise.resolve(undefined);
  };

/** The recorded jobs have their serial line on a socket of their own: ^D, again until the guest is there to obey. */
const powerOff =
  (task: string | undefined): Action =>
  async (_, summary) => {
    const socket = net.connect(path.join(summary.allocDir, taskOf(summary, task).name, "ser.sock"));
    const knock = setInterval(() => socket.write("\x04"), 100);
    await new Promise<void>((resolve, reject) => {
      socket.resume();
      socket.on("close", () => resolve());
      socket.on("error", reject);
    }).finally(() => clearInterval(knock));
    return undefined;
  };

const stopping: Action = (host, { id }) => {
  // Its end is seen in the events.
  host.request("allocation/stop", { id, now: false, purge: false }).catch(() => undefined);
  return Promise.resolve(undefined);
};

const restarting =
  (task: string | undefined): Action =>
  async (host, { id }) => {
    await host.request("allocation/restart", { id, task });
    return undefined;
  };

const hostKilled: Action = async (host, _, world) => {
  await world.killHost(host);
  return world.connect();
};

/** Whether we can do to a job what was done to it. */
export function isPlayable({ observed, plugin }: RecordedLife): boolean {
  return Object.keys(plugin).length === 0 && observed.every((each) => actionOf(each) !== "unknown");
}

export const durationOf = ({ events }: RecordedLife): number => events.at(-1)?.t_ms ?? 0;

/** Events as [type, text], durations that depend on chance left out. */
export function comparable(events: readonly Pick<RecordedEvent, "type" | "display">[]): string[] {
  return events
    .filter(({ type }) => type !== "Alloc Unhealthy")
    .map(({ type, display }) => `${type} | ${display.replace(/restarting in [\d.]+m?s/, "restarting in <d>")}`);
}

export function recordedByTask(life: RecordedLife, only: string): Record<string, string[]> {
  const byTask = new Map<string, RecordedEvent[]>();
  for (const event of life.events) {
    const name = event.task ?? only;
    byTask.set(name, [...(byTask.get(name) ?? []), event]);
  }
  return Object.fromEntries([...byTask].map(([name, events]) => [name, comparable(events)]));
}

/** Runs the job to the end of the recording. Each action waits for the events that came before it. */
export async function play(life: RecordedLife, world: HostWorld, artifactPort: number): Promise<AllocationSummary> {
  const hcl = life.hcl.replaceAll("127.0.0.1:15680", `127.0.0.1:${artifactPort}`);
  const job = jobOf(hcl);
  let host = await world.connect();
  const group = job.TaskGroups?.[0]?.Name ?? "";
  const { id } = await world.run(host, hcl, { job, group });
  const only = job.TaskGroups?.[0]?.Tasks?.[0]?.Name ?? "";
  for (const observed of life.observed) {
    const action = actionOf(observed);
    if (typeof action === "string") continue;
    const before = life.events.filter((event) => event.t_ms < observed.t_ms);
    const summary = await world.until(host, id, (now) => hasSeen(now, before, only) && hasVms(now));
    host = (await action(host, summary, world)) ?? host;
  }
  return world.ended(host, id);
}

function hasSeen(summary: AllocationSummary, wanted: readonly RecordedEvent[], only: string): boolean {
  const count = (events: readonly { type: string }[], type: string): number =>
    events.filter((event) => event.type === type).length;
  return summary.tasks.every(({ name, events }: { name: string; events: readonly TaskEvent[] }) => {
    const own = wanted.filter((event) => (event.task ?? only) === name);
    return own.every(({ type }) => type === "Alloc Unhealthy" || count(events, type) >= count(own, type));
  });
}

/** A task that is said to run has its VM on view. */
function hasVms(summary: AllocationSummary): boolean {
  return summary.tasks.every(({ state, pid }) => state !== "running" || pid !== undefined);
}
