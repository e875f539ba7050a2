// One host from start to end: lock, socket, note, service, and an orderly leave that never touches a VM.
import { rmdirSync } from "node:fs";
import { chdir } from "node:process";
import { fileProblem } from "../base/atomicFile.ts";
import { systemClock } from "../base/clock.ts";
import { acquireFileLock, type FileLock } from "../base/fileLock.ts";
import type { Logger } from "../base/logger.ts";
import { newHostEndpoint, openDataDir, openRuntimeDir, type DataPaths } from "../base/paths.ts";
import { ownIdentity } from "../base/processIdentity.ts";
import { VERSION } from "../base/programs.ts";
import { ProblemError } from "../base/result.ts";
import { Allocations } from "../client/allocations.ts";
import { clearIncoming, openArtifactCache } from "../client/artifact/cache.ts";
import { unpackInWorker } from "../client/artifact/unpackWorker.ts";
import { machineProbe } from "../client/machine.ts";
import type { ClientServices } from "../client/services.ts";
import { openAllocationStore } from "../client/record.ts";
import type { AllocationSummary } from "../client/status.ts";
import { createConsoles } from "./consoles.ts";
import { openAcceptedSyntax } from "./acceptedSyntax.ts";
import { createHandlers } from "./handlers.ts";
import { removeHostNote, writeHostNote } from "./hostFile.ts";
import { IDLE_EXIT_DEFAULT_MS, watchIdle } from "./idle.ts";
import { fileLogger } from "./log.ts";
import { PROTOCOL_VERSION, type InitializeResult, type RunFileParams } from "./protocol.ts";
import { watchRequests } from "./requestFiles.ts";
import { runFile } from "./runFile.ts";
import { listen, type RpcServer } from "./server.ts";
import type { StartReport } from "./startHost.ts";

export interface HostOptions {
  /** Absolute. */
  readonly dataDir: string;
  /** The file of this program, which is also the unpacker's. */
  readonly program: string;
  /** Called once: ready, held by another host, or failed with a Problem. */
  readonly report: (outcome: StartReport) => void;
}

/** Runs a host until it is told to leave or nobody needs it. */
export async function runHost({ dataDir, program, report }: HostOptions): Promise<void> {
  let lock: FileLock | undefined;
  try {
    const opened = openDataDir(dataDir);
    if (!opened.ok) throw new ProblemError(opened.error);
    const acquired = acquireFileLock(opened.value.lockFile);
    if (!acquired.ok) {
      report({ outcome: "held", pid: acquired.error.holder?.pid });
      return;
    }
    lock = acquired.value;
    await serve(opened.value, program, lock, report);
  } catch (error) {
    lock?.release();
    const problem = error instanceof ProblemError ? error.problem : fileProblem(error, dataDir);
    report({ outcome: "failed", problem });
    process.exitCode = 1;
  }
}

async function serve(paths: DataPaths, program: string, lock: FileLock, report: HostOptions["report"]): Promise<void> {
  const log = fileLogger(paths.hostLog, process.env["NOMAD_QEMU_LOG_LEVEL"]);
  // Neither the folder we were started in nor any other is kept in use.
  chdir(paths.dataDir);
  const runtimeDir = process.platform === "win32" ? ({ ok: true, value: "" } as const) : openRuntimeDir(paths.dataDir);
  if (!runtimeDir.ok) throw new ProblemError(runtimeDir.error);
  const endpoint = newHostEndpoint(paths.dataDir);
  if (!endpoint.ok) throw new ProblemError(endpoint.error);

  const identity: InitializeResult = {
    protocolVersion: PROTOCOL_VERSION,
    version: VERSION,
    pid: process.pid,
    dataDir: paths.dataDir,
    startedAt: Date.now(),
  };
  // Closures below are made before there is a server, and used after.
  const made: { server?: RpcServer } = {};
  const clientCount = (): number => made.server?.clientCount() ?? 0;
  let leaving = false;
  const leave = async (why: string): Promise<void> => {
    if (leaving) return;
    leaving = true;
    log.info(`leaving: ${why}`);
    idle.dispose();
    requests.dispose();
    made.server?.stopAccepting();
    // From here on the allocations belong to the next host, which may start at once when it hears us hang up.
    const flushed = allocations.detach();
    removeHostNote(paths.hostFile);
    lock.release();
    await Promise.all([made.server?.close(), flushed]);
    removeEmptyFolder(runtimeDir.value);
    process.exit(0);
  };

  const machine = machineProbe(() => systemClock.now());
  const allocations = openAllocations(
    paths,
    program,
    runtimeDir.value,
    machine,
    log,
    () => made.server,
    () => idle.update(),
  );
  const consoles = createConsoles();
  const idle = watchIdle(
    () => settled && made.server?.hasWorkers() === false && allocations.running() === 0,
    Number(process.env["NOMAD_QEMU_IDLE_EXIT_MS"] ?? IDLE_EXIT_DEFAULT_MS),
    () => void leave("idle"),
  );
  let settled = false;
  const restored = allocations.restore();
  const runs = {
    allocations,
    machine,
    acceptedSyntax: openAcceptedSyntax(paths.cacheDir),
    allocRoot: paths.allocDir,
  };
  const requests = watchRequests(paths.requestsDir, async (params) => {
    await restored;
    return runFile(params as RunFileParams, runs);
  });
  made.server = await listen(endpoint.value, {
    handlers: createHandlers({
      ...runs,
      identity,
      consoles,
      restored,
      requests,
      clientCount,
      leave: (why) => void leave(why),
    }),
    log,
    onConnect: () => idle.update(),
    onDisconnect: (client) => {
      consoles.detachAll(client);
      idle.update();
    },
    onAnswered: () => idle.restart(),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal));
  process.on("uncaughtException", (error) => log.error("a fault of ours", error));
  process.on("unhandledRejection", (error) => log.error("a fault of ours", error));

  writeHostNote(paths.hostFile, {
    endpoint: endpoint.value,
    process: ownIdentity(),
    protocolVersion: PROTOCOL_VERSION,
  });
  log.info(`host ${VERSION} pid ${process.pid} owns ${paths.dataDir}`);
  report({ outcome: "ready" });
  await restored;
  settled = true;
  log.info(`${allocations.size()} allocations on record, ${allocations.running()} run`);
  idle.update();
}

function openAllocations(
  paths: DataPaths,
  program: string,
  runtimeDir: string,
  machine: ClientServices["machine"],
  log: Logger,
  server: () => RpcServer | undefined,
  changed: () => void,
): Allocations {
  clearIncoming(paths.cacheDir);
  const announce = coalesce((summary) => server()?.notifyAll("allocation/changed", summary));
  return new Allocations({
    store: openAllocationStore(paths.stateDir),
    allocRoot: paths.allocDir,
    services: {
      clock: systemClock,
      random: Math.random,
      log,
      cache: openArtifactCache(paths.cacheDir),
      unpack: unpackInWorker(program),
      runtimeDir,
      machine,
    },
    listener: {
      changed: (summary) => {
        announce(summary);
        changed();
      },
      removed: (id) => {
        server()?.notifyAll("allocation/removed", { id });
        changed();
      },
      taskEvent: (id, task, event) => server()?.notifyAll("task/event", { id, task, event }),
      artifactProgress: progressNotifier((progress) => server()?.notifyAll("artifact/progress", progress)),
    },
  });
}

/** Several changes of an allocation in one turn are told once, with the last state. */
function coalesce(send: (summary: AllocationSummary) => void): (summary: AllocationSummary) => void {
  const latest = new Map<string, AllocationSummary>();
  return (summary) => {
    if (latest.size === 0)
      setImmediate(() => {
        const summaries = [...latest.values()];
        latest.clear();
        for (const each of summaries) send(each);
      });
    latest.set(summary.id, summary);
  };
}

const PROGRESS_INTERVAL_MS = 100;

interface Progress {
  readonly id: string;
  readonly task: string;
  readonly source: string;
  readonly received: number;
  readonly total: number;
}

/** Tells of a download's beginning, of its end, and ten times a second in between. */
function progressNotifier(send: (progress: Progress) => void) {
  const last = new Map<string, number>();
  return (id: string, task: string, source: string, received: number, total: number): void => {
    const key = `${id} ${task} ${source}`;
    const now = performance.now();
    const done = received === total;
    if (!done && now - (last.get(key) ?? -Infinity) < PROGRESS_INTERVAL_MS) return;
    if (done) last.delete(key);
    else last.set(key, now);
    send({ id, task, source, received, total });
  };
}

/** Removes the runtime folder unless a VM's sockets are in it. */
function removeEmptyFolder(folder: string): void {
  try {
    if (folder !== "") rmdirSync(folder);
  } catch {
    // Not empty: a VM lives.
  }
}
