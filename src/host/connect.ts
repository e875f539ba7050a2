// How a client (an editor window, a command line) gets to the host of a data directory, starting it when asked to.
import { existsSync, watch } from "node:fs";
import net from "node:net";
import { createMessageConnection, ErrorCodes, ResponseError, SocketMessageWriter } from "vscode-jsonrpc/node";
import { dataPaths, openDataDir, type DataPaths } from "../base/paths.ts";
import type { Environment } from "../base/userFolders.ts";
import { livenessOf } from "../base/processIdentity.ts";
import { fail, ok, ProblemError, type Problem, type Result } from "../base/result.ts";
import { aheadAnswers } from "./aheadAnswers.ts";
import type { AheadCall, AheadRequest } from "./callAhead.ts";
import { readHostNote, type HostNote } from "./hostFile.ts";
import { newMessageReader } from "./messageReader.ts";
import {
  PROTOCOL_VERSION,
  type ClientPurpose,
  type InitializeResult,
  type Notifications,
  type Requests,
} from "./protocol.ts";
import { fromResponseError } from "./rpcError.ts";

export interface ConnectOptions {
  /** Absolute (src/base/paths.ts, resolveDataDir). */
  readonly dataDir: string;
  /** The bundled host program, `dist/host.js`. */
  readonly hostProgram: string;
  /** What runs it: `process.execPath`, be it Node or an editor's Electron. */
  readonly execPath: string;
  /** The caller's environment; the host gets the harmless part of it. */
  readonly env: Environment;
  /** Named in the host's log: `cli`, `vscode`. */
  readonly clientName: string;
  readonly purpose?: ClientPurpose;
  /** `never`: a problem with code `host-not-running` when there is none. */
  readonly start: "on-demand" | "never";
  /** `any`: also a host of another version, whose status may be asked, and who may be stopped. */
  readonly versions?: "same" | "any";
  /**
   * A request that is under way already (callAhead.ts). The connection is its, and the first `request` of its method gets
   * its answer. When that host does not even answer the introduction, it has not begun with the request either.
   */
  readonly ahead?: AheadCall | undefined;
}

export interface Disposable {
  dispose(): void;
}

/** A live connection. It ends when either side closes; VMs do not care. */
export interface HostConnection extends Disposable {
  /** Who is at the other end. */
  readonly host: InitializeResult;
  /** @throws ProblemError, always: whatever goes wrong can be shown to a person. */
  request<M extends keyof Requests>(method: M, params: Requests[M][0]): Promise<Requests[M][1]>;
  onNotification<N extends keyof Notifications>(name: N, handler: (params: Notifications[N]) => void): Disposable;
  /** Called once, when the connection is closed by anybody; at once when it is closed already. */
  onClose(handler: () => void): Disposable;
}

/** Rounds of "find, else start": a host may leave between the two. */
const ATTEMPTS_MAX = 5;
const CONNECT_TIMEOUT_MS = 10_000;
/** An old host writes its state and leaves within some milliseconds. */
const LEAVE_TIMEOUT_MS = 10_000;
/** A second look in case the file watcher misses something (network file systems). */
const NOTE_RECHECK_MS = 250;

/**
 * Connects to the host of a data directory. With `start: "on-demand"` it starts one when none lives, replaces one that
 * speaks another protocol version (its VMs live on and are adopted), and shares the winner's when several clients
 * start at once.
 */
export async function connectHost(options: ConnectOptions): Promise<Result<HostConnection>> {
  if (options.start === "never" && !existsSync(options.dataDir)) return fail(notRunning(options.dataDir));
  const opened = options.start === "never" ? ok(dataPaths(options.dataDir)) : openDataDir(options.dataDir);
  if (!opened.ok) return opened;
  const paths = opened.value;

  let problem = notRunning(options.dataDir);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const ahead = attempt === 0 ? options.ahead : undefined;
    const found = await (ahead === undefined
      ? connectExisting(paths, options)
      : initialize(ahead.socket, ahead.note, options, ahead.requests));
    if (found.ok) {
      if (found.value.host.protocolVersion === PROTOCOL_VERSION || options.versions === "any") return found;
      if (options.start === "never") {
        found.value.dispose();
        return fail(otherVersion(found.value.host));
      }
      const left = await askToLeave(found.value);
      if (!left.ok) return left;
    } else {
      problem = found.error;
      if (options.start === "never") return found;
    }
    // Loaded when it is needed: most calls find a host.
    const { startHost } = await import("./startHost.ts");
    const started = await startHost({ ...options, paths });
    if (!started.ok) return started;
    if (started.value.outcome === "held") await waitForNote(paths, CONNECT_TIMEOUT_MS);
  }
  return fail(problem);
}

function notRunning(dataDir: string): Problem {
  return {
    code: "host-not-running",
    what: "No background process is running",
    where: dataDir,
    next: "It starts by itself with the first `nomad-qemu run`, or with `nomad-qemu host start`.",
  };
}

function otherVersion(host: InitializeResult): Problem {
  return {
    code: "host-other-version",
    what: `The running background process speaks protocol ${host.protocolVersion}, this program ${PROTOCOL_VERSION}`,
    where: `pid ${host.pid}, version ${host.version}`,
    next: "Use the program it was started by, or `nomad-qemu host stop` it: VMs live on and are taken over.",
  };
}

async function connectExisting(paths: DataPaths, client: Introduction): Promise<Result<HostConnection>> {
  const note = readHostNote(paths.hostFile);
  if (note === undefined) return fail(notRunning(paths.dataDir));
  // A pid of another life: whatever listens there is not our host.
  if (livenessOf(note.process) === "gone") return fail(notRunning(paths.dataDir));
  return initialize(net.connect(note.endpoint), note, client, []);
}

type Introduction = Pick<ConnectOptions, "clientName" | "purpose">;

/**
 * Connects and introduces itself. The first message is put together while the socket is still connecting: a command that
 * only talks to the host spends most of its time here.
 */
async function initialize(
  socket: net.Socket,
  note: HostNote,
  { clientName, purpose }: Introduction,
  ahead: readonly AheadRequest[],
): Promise<Result<HostConnection>> {
  if (socket.destroyed) return fail({ ...UNREACHABLE, where: note.endpoint });
  const refused = new Promise<Error>((resolve) => socket.once("error", resolve));
  const connection = openConnection(socket, ahead);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error("no answer within 10 s")), CONNECT_TIMEOUT_MS);
  });
  try {
    const params = {
      protocolVersion: PROTOCOL_VERSION,
      client: clientName,
      ...(purpose === undefined ? {} : { purpose }),
    };
    const answer = await Promise.race([connection.request("host/initialize", params), refused, late]);
    if (!(answer instanceof Error)) return ok({ ...connection, host: answer });
    connection.dispose();
    return fail({ ...UNREACHABLE, where: note.endpoint, why: answer.message, cause: answer });
  } catch (error) {
    connection.dispose();
    const problem = error instanceof ProblemError ? error.problem : fromResponseError(error, "host/initialize");
    return fail({ ...problem, code: UNREACHABLE.code, where: note.endpoint });
  } finally {
    clearTimeout(timer);
  }
}

const UNREACHABLE = {
  code: "host-unreachable",
  what: "The background process does not answer",
  next: "`nomad-qemu host status` tells its pid; end that process and try again. VMs live on.",
} as const satisfies Problem;

function openConnection(socket: net.Socket, ahead: readonly AheadRequest[]): Omit<HostConnection, "host"> {
  const reader = newMessageReader(socket);
  const answers = aheadAnswers(reader, ahead);
  const rpc = createMessageConnection(reader, new SocketMessageWriter(socket));
  const closeHandlers = new Set<() => void>();
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    rpc.dispose();
    socket.destroy();
    answers.end(new ResponseError(ErrorCodes.PendingResponseRejected, "the connection was closed"));
    for (const handler of closeHandlers) handler();
    closeHandlers.clear();
  };
  rpc.onClose(close);
  rpc.onError(close);
  rpc.listen();
  return {
    request: async (method, params) => {
      try {
        const early = answers.take(method) as Promise<Requests[typeof method][1]> | undefined;
        return await (early ?? rpc.sendRequest<Requests[typeof method][1]>(method, params));
      } catch (error) {
        throw new ProblemError(fromResponseError(error, method));
      }
    },
    onNotification: (name, handler) => rpc.onNotification(name, handler),
    onClose: (handler) => {
      if (closed) queueMicrotask(handler);
      else closeHandlers.add(handler);
      return { dispose: () => closeHandlers.delete(handler) };
    },
    dispose: close,
  };
}

/** Asks a host of another version to leave; it releases the data directory before it hangs up. */
async function askToLeave(connection: HostConnection): Promise<Result<void>> {
  const gone = new Promise<"gone">((resolve) => connection.onClose(() => resolve("gone")));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), LEAVE_TIMEOUT_MS);
  });
  // Its answer may be lost with the connection: that it hangs up is the answer.
  connection.request("host/stop", {}).catch(() => undefined);
  const outcome = await Promise.race([gone, late]);
  clearTimeout(timer);
  connection.dispose();
  return outcome === "gone" ? ok(undefined) : fail(otherVersion(connection.host));
}

/** Resolves when a living host's note is there, or after `timeoutMs`. */
async function waitForNote(paths: DataPaths, timeoutMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const note = readHostNote(paths.hostFile);
      if (note !== undefined && livenessOf(note.process) === "alive") finish();
    };
    const finish = (): void => {
      clearTimeout(timer);
      clearInterval(recheck);
      watcher.close();
      resolve();
    };
    const watcher = watch(paths.dataDir, look);
    watcher.on("error", () => undefined);
    const recheck = setInterval(look, NOTE_RECHECK_MS);
    const timer = setTimeout(finish, timeoutMs);
    look();
  });
}
