// One host from start to end: lock, socket, note, service, and an orderly leave that never touches a VM.
import { rmdirSync } from "node:fs";
import path from "node:path";
import { chdir } from "node:process";
import { fileProblem } from "../base/atomicFile.ts";
import { acquireFileLock, type FileLock } from "../base/fileLock.ts";
import { newHostEndpoint, openDataDir, type DataPaths } from "../base/paths.ts";
import { ownIdentity } from "../base/processIdentity.ts";
import { ProblemError } from "../base/result.ts";
import { removeHostNote, writeHostNote } from "./hostFile.ts";
import { IDLE_EXIT_DEFAULT_MS, watchIdle } from "./idle.ts";
import { fileLogger } from "./log.ts";
import { PROTOCOL_VERSION, type InitializeResult } from "./protocol.ts";
import { listen, type Handlers, type RpcServer } from "./server.ts";
import type { StartReport } from "./startHost.ts";
import { VERSION } from "../base/programs.ts";

/**
 * Runs a host for `dataDir` until it is told to leave or nobody needs it. `report` is called once: ready, held by
 * another host, or failed with a Problem.
 */
export async function runHost(dataDir: string, report: (outcome: StartReport) => void): Promise<void> {
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
    await serve(opened.value, lock, report);
  } catch (error) {
    lock?.release();
    report({ outcome: "failed", problem: error instanceof ProblemError ? error.problem : fileProblem(error, dataDir) });
    process.exitCode = 1;
  }
}

async function serve(paths: DataPaths, lock: FileLock, report: (outcome: StartReport) => void): Promise<void> {
  const startedAt = Date.now();
  const log = fileLogger(paths.hostLog, process.env["NOMAD_QEMU_LOG_LEVEL"]);
  const endpoint = newHostEndpoint(paths.dataDir);
  if (!endpoint.ok) throw new ProblemError(endpoint.error);
  // Neither the folder we were started in nor any other is kept in use.
  chdir(paths.dataDir);

  const identity: InitializeResult = {
    protocolVersion: PROTOCOL_VERSION,
    version: VERSION,
    pid: process.pid,
    dataDir: paths.dataDir,
    startedAt,
  };
  let leaving = false;
  const leave = async (why: string): Promise<void> => {
    if (leaving) return;
    leaving = true;
    log.info(`leaving: ${why}`);
    idle.dispose();
    server.stopAccepting();
    // Whoever hears us hang up may start the next host at once: the place must be free by then.
    removeHostNote(paths.hostFile);
    lock.release();
    await server.close();
    if (process.platform !== "win32") removeEmptyFolder(path.dirname(endpoint.value));
    process.exit(0);
  };

  const handlers: Partial<Handlers> = {
    "host/initialize": ({ client: name }, client) => {
      client.name = name;
      return Promise.resolve(identity);
    },
    "host/status": () => Promise.resolve({ ...identity, allocations: 0, running: 0, clients: server.clientCount() }),
    "host/stop": (_, client) => {
      client.afterReply(() => void leave(`${client.name} asked for it`));
      return Promise.resolve(null);
    },
  };
  const server: RpcServer = await listen(endpoint.value, {
    handlers,
    log,
    onConnect: () => idle.update(),
    onDisconnect: () => idle.update(),
  });
  const idleMs = Number(process.env["NOMAD_QEMU_IDLE_EXIT_MS"] ?? IDLE_EXIT_DEFAULT_MS);
  const idle = watchIdle(
    () => server.clientCount() === 0,
    idleMs,
    () => void leave("idle"),
  );
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal));

  writeHostNote(paths.hostFile, {
    endpoint: endpoint.value,
    process: ownIdentity(),
    protocolVersion: PROTOCOL_VERSION,
  });
  log.info(`host ${VERSION} pid ${process.pid} owns ${paths.dataDir}`);
  report({ outcome: "ready" });
  idle.update();
}

/** Removes the runtime folder unless a VM's sockets are in it. */
function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty: a VM lives.
  }
}
