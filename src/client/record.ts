// What is kept on disk of an allocation, so that a host that finds it can go on where a dead one stopped. What is done (a
// run begins or ends, a person's wish) is written first; what is only told (events) in the same turn. Plain JSON,
// readable by its owner only (it holds the caller's environment).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { flushFile, writeJsonAtomic } from "../base/atomicFile.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { TaskHandleState } from "../driver/taskHandle.ts";
import type { AssignedPort } from "../jobspec/groupPorts.ts";
import type { Job } from "../jobspec/job.ts";
import type { RestartState } from "./restartTracker.ts";
import type { ExitResult, TaskEvent, TaskState } from "./status.ts";

/** What never changes. */
export interface AllocationSpec {
  readonly version: 1;
  readonly id: string;
  /** `<job>.<group>[<index>]` */
  readonly name: string;
  readonly index: number;
  /** Canonical. */
  readonly job: Job;
  readonly group: string;
  readonly jobFile: string | undefined;
  readonly pluginConfig: PluginConfig;
  /** What of the caller's environment tasks may see. */
  readonly environment: Readonly<Record<string, string>>;
  /** ms since the epoch */
  readonly createdAt: number;
  readonly ports: readonly AssignedPort[];
}

export interface TaskRecord {
  state: TaskState;
  failed: boolean;
  restarts: number;
  /** ms since the epoch: of the latest run. */
  startedAt: number | undefined;
  finishedAt: number | undefined;
  events: TaskEvent[];
  exit: ExitResult | undefined;
  restart: RestartState;
  /** Until when a restart is put off; ms since the epoch. */
  restartAt: number | undefined;
  /** How far the preparations have come; they are not made again. */
  prepared: "nothing" | "folders" | "artifacts" | "templates";
  /** What env templates said. */
  templateEnvironment: Readonly<Record<string, string>>;
  /** The present run; undefined between runs. */
  run: { readonly id: string; readonly handle: TaskHandleState } | undefined;
  /** The command line of the present or last run. */
  commandLine: TaskHandleState["commandLine"] | undefined;
}

export interface AllocationState {
  readonly version: 1;
  desired: "run" | "stop";
  /** By task name, in the job's order. */
  tasks: Record<string, TaskRecord>;
}

/** How an allocation begins. */
export function initialState(spec: AllocationSpec): AllocationState {
  const group = spec.job.TaskGroups?.find(({ Name }) => Name === spec.group);
  const tasks = (group?.Tasks ?? []).map((task) => [task.Name, newTaskRecord(spec.createdAt)] as const);
  return { version: 1, desired: "run", tasks: Object.fromEntries(tasks) };
}

function newTaskRecord(now: number): TaskRecord {
  return {
    state: "pending",
    failed: false,
    restarts: 0,
    startedAt: undefined,
    finishedAt: undefined,
    events: [],
    exit: undefined,
    restart: { count: 0, intervalStart: now },
    restartAt: undefined,
    prepared: "nothing",
    templateEnvironment: {},
    run: undefined,
    commandLine: undefined,
  };
}

export interface AllocationStore {
  /** Puts an allocation on record, in its initial state. @throws the file system's error; nothing is then left behind */
  create(spec: AllocationSpec): void;
  /**
   * Writes the state down so that it outlives this process, or with `power-cut` the machine as well: VMs do not survive
   * that, but what a person wanted should. @throws the file system's error; the former state is then still there
   */
  write(id: string, state: AllocationState, outlives: "process" | "power-cut"): void;
  /** All allocations that can be read, oldest first. `unreadable` hears of the others, which stay on disk. */
  load(unreadable: (id: string, error: unknown) => void): { spec: AllocationSpec; state: AllocationState }[];
  remove(id: string): void;
  /** Lets what was put on record outlive a power cut now; it does so by itself some seconds after it came. */
  flush(): Promise<void>;
  /** Removes what runs left behind that are on no record (a host died in the middle of tidying up). */
  sweep(id: string, known: ReadonlySet<string>): void;
  /** Files of a run that must outlive it until they are copied: QEMU's output, its event log. */
  runDir(id: string, runId: string): string;
  /** How far the copy of a task's output has got (src/client/logs/spoolPump.ts). */
  logBase(id: string, task: string, stream: "stdout" | "stderr"): string;
}

const SPEC_FILE = "spec.json";
const STATE_FILE = "state.json";
/**
 * What the disk is told to keep, it is told of so much later, for all that has come together. A flush holds up whoever
 * changes a folder or writes to a file meanwhile, such as the next start and the VMs' own output.
 */
const FLUSH_AFTER_MS = 10_000;

export function openAllocationStore(folder: string): AllocationStore {
  const dir = (id: string): string => path.join(folder, id);
  const specFile = (id: string): string => path.join(dir(id), SPEC_FILE);
  const stateFile = (id: string): string => path.join(dir(id), STATE_FILE);
  const unflushed = new Set<string>();
  let flushTimer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    const files = [...unflushed];
    unflushed.clear();
    for (const file of files) await flushFile(file);
  };
  return {
    flush,
    create: (spec) => {
      // Tasks of other users write their output here; the names inside are all they may know.
      mkdirSync(dir(spec.id), { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
      try {
        writeJsonAtomic(specFile(spec.id), spec, { outlives: "process" });
        unflushed.add(specFile(spec.id));
        flushTimer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref();
      } catch (error) {
        rmSync(dir(spec.id), { recursive: true, force: true });
        throw error;
      }
    },
    write: (id, state, outlives) => writeJsonAtomic(stateFile(id), state, { outlives }),
    load: (unreadable) => {
      const found: { spec: AllocationSpec; state: AllocationState }[] = [];
      for (const id of readdirSync(folder)) {
        try {
          const spec = JSON.parse(readFileSync(specFile(id), "utf8")) as AllocationSpec;
          const written = existsSync(stateFile(id)) ? readFileSync(stateFile(id), "utf8") : undefined;
          const state = written === undefined ? initialState(spec) : (JSON.parse(written) as AllocationState);
          found.push({ spec, state });
        } catch (error) {
          unreadable(id, error);
        }
      }
      return found.sort((a, b) => a.spec.createdAt - b.spec.createdAt || (a.spec.id < b.spec.id ? -1 : 1));
    },
    remove: (id) => rmSync(dir(id), { recursive: true, force: true }),
    sweep: (id, known) => {
      for (const runId of listNames(path.join(dir(id), "runs")))
        if (RUN_ID.test(runId) && !known.has(runId))
          rmSync(path.join(dir(id), "runs", runId), { recursive: true, force: true });
    },
    runDir: (id, runId) => path.join(dir(id), "runs", runId),
    logBase: (id, task, stream) => path.join(dir(id), `${encodeURIComponent(task)}.${stream}.json`),
  };
}

/** Names of runs; others in the same place are somebody's, or kept on purpose. */
export const RUN_ID = /^[0-9a-f]{8}$/;

export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * What a host would find on disk, asked by who has none: `living` when an allocation has a task that is not dead, `ended` when
 * there are only others.
 */
export function allocationsOnDisk(stateDir: string): "none" | "ended" | "living" {
  const folders = listNames(stateDir).map((id) => path.join(stateDir, id));
  const allocations = folders.filter((folder) => existsSync(path.join(folder, SPEC_FILE)));
  if (allocations.length === 0) return "none";
  return allocations.some((folder) => mayLive(path.join(folder, STATE_FILE))) ? "living" : "ended";
}

/** A state that was never written is the first one, and one that cannot be read may be anything. */
function mayLive(stateFile: string): boolean {
  try {
    const { tasks } = JSON.parse(readFileSync(stateFile, "utf8")) as AllocationState;
    return Object.values(tasks).some(({ state }) => state !== "dead");
  } catch {
    return true;
  }
}
