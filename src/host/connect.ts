// How a client (an editor window, a command line) gets to the host of a data directory, starting it when asked to.
import { existsSync, watch } from "node:fs";
import net from "node:net";
import { dataPaths, openDataDir, type DataPaths } from "../base/paths.ts";
import type { Environment } from "../base/userFolders.ts";
import { livenessOf } from "../base/processIdentity.ts";
import { fail, ok, ProblemError, type Problem, type Result } from "../base/result.ts";
import type { AheadCall } from "./callAhead.ts";
import { readHostNote } from "./hostFile.ts";
import {
  PROTOCOL_VERSION,
  type ClientPurpose,
  type InitializeResult,
  type Notifications,
  type Requests,
} from "./protocol.ts";
import { rpcClient, type RpcClient } from "./rpcClient.ts";
import { requestProblem } from "./rpcProblem.ts";

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
   * A run that is under way already (callAhead.ts). The connection is its, and the first `job/run` gets its answer. From a
   * host that does not answer the introduction it is taken back, unless that host has begun with it.
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
    const found = await (ahead === undefined ? connectExisting(paths, options) : takeOver(ahead));
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
      if (ahead?.withdraw() === false) return fail({ ...problem, ...TAKEN_ALONG });
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
  const rpc = rpcClient(net.connect(note.endpoint));
  const { clientName, purpose } = client;
  const introduction = { protocolVersion: PROTOCOL_VERSION, client: clientName, ...(purpose && { purpose }) };
  const introduced = rpc.request("host/initialize", introduction) as Promise<InitializeResult>;
  return introducedConnection(rpc, note.endpoint, introduced);
}

type Introduction = Pick<ConnectOptions, "clientName" | "purpose">;

/** Asking the next host would make two runs of one. */
const TAKEN_ALONG = {
  code: "host-gone",
  what: "The background process has taken the request, and does not answer",
  next: "`nomad-qemu ps` shows whether the run has begun; if it has not, try again.",
} as const satisfies Problem;

/** The connection of a run that is under way, which gets its answer when it is asked for. */
async function takeOver({ rpc, endpoint, introduced, answer }: AheadCall): Promise<Result<HostConnection>> {
  const connected = await introducedConnection(rpc, endpoint, introduced);
  if (!connected.ok) return connected;
  const connection = connected.value;
  let early: typeof answer | undefined = answer;
  const under: HostConnection["request"] = (method, params) => {
    if (method !== "job/run" || early === undefined) return connection.request(method, params);
    const answered = early as Promise<Requests[typeof method][1]>;
    early = undefined;
    return withProblems(answered, method);
  };
  return ok({ ...connection, request: under });
}

/** The connection, once the host has answered the introduction. */
async function introducedConnection(
  rpc: RpcClient,
  endpoint: string,
  introduced: Promise<InitializeResult>,
): Promise<Result<HostConnection>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer within 10 s")), CONNECT_TIMEOUT_MS);
  });
  try {
    const host = await Promise.race([introduced, late]);
    return ok({
      host,
      request: (method, params) =>
        withProblems(rpc.request(method, params) as Promise<Requests[typeof method][1]>, method),
      onNotification: (name, handler) => rpc.onNotification(name, handler),
      onClose: (handler) => rpc.onClose(handler),
      dispose: () => rpc.close(),
    });
  } catch (error) {
    rpc.close();
    const { code, what, next } = UNREACHABLE;
    return fail({ ...requestProblem(error, "host/initialize"), code, what, next, where: endpoint });
  } finally {
    clearTimeout(timer);
  }
}

async function withProblems<T>(answer: Promise<T>, method: keyof Requests): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new ProblemError(requestProblem(error, method));
  }
}

const UNREACHABLE = {
  code: "host-unreachable",
  what: "The background process does not answer",
  next: "`nomad-qemu host status` tells its pid; end that process and try again. VMs live on.",
} as const satisfies Problem;

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
