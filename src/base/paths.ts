// Where a host keeps its things: the data directory, the folders inside it, and the short private folder that sockets need.
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileProblem } from "./atomicFile.ts";
import { makeFolders } from "./makeFolders.ts";
import { fail, ok, type Problem, type Result } from "./result.ts";
import { absolute, defaultDataDir, type Environment } from "./userFolders.ts";

const NAME = "nomad-qemu";

/**
 * Longest socket path that works everywhere, in bytes without the final NUL. Linux has room for 108 with it, macOS for
 * 104; Node cuts longer ones off without a word, and then talks to somebody else's socket (qemu.md 7).
 */
export const SOCKET_PATH_MAX_BYTES = 103;
/** What a name below the runtime folder may need: `/`, eight characters for a run, `/`, a socket's name. */
const SOCKET_NAME_RESERVE_BYTES = 32;

/**
 * The data directory to use: the flag `--data-dir`, then `NOMAD_QEMU_DATA_DIR`, then the user's own. Always absolute
 * (a relative one is taken from the working directory).
 */
export function resolveDataDir(flag: string | undefined, env: Environment): string {
  const asked = flag ?? env["NOMAD_QEMU_DATA_DIR"];
  return path.resolve(asked === undefined || asked === "" ? defaultDataDir(env) : asked);
}

/** The layout below a data directory. */
export interface DataPaths {
  readonly dataDir: string;
  /** One host per data directory: whoever holds this lock. */
  readonly lockFile: string;
  /** Where the living host listens (src/host/hostFile.ts). */
  readonly hostFile: string;
  readonly hostLog: string;
  /** Copies of the host program by content, so that no installed folder is in use. */
  readonly programsDir: string;
  /** Nomad's `<data_dir>/alloc`: one folder per allocation. */
  readonly allocDir: string;
  /** Requests that are on their way to the host (src/host/requestFiles.ts). */
  readonly requestsDir: string;
  /** The durable state of allocations, one file each. */
  readonly stateDir: string;
  /** Artifacts by content. */
  readonly cacheDir: string;
}

export function dataPaths(dataDir: string): DataPaths {
  return {
    dataDir,
    lockFile: path.join(dataDir, "host.lock"),
    hostFile: path.join(dataDir, "host.json"),
    hostLog: path.join(dataDir, "host.log"),
    programsDir: path.join(dataDir, "programs"),
    allocDir: path.join(dataDir, "alloc"),
    requestsDir: path.join(dataDir, "requests"),
    stateDir: path.join(dataDir, "state"),
    cacheDir: path.join(dataDir, "cache"),
  };
}

/**
 * Makes the data directory and its folders. Only its owner may look in; an administrator's directory may be passed
 * through (0711), because a task can run as another user.
 */
export function openDataDir(dataDir: string): Result<DataPaths> {
  const paths = dataPaths(dataDir);
  const passable = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    makeFolders(dataDir, passable);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    mkdirSync(paths.allocDir, { recursive: true, mode: passable });
    for (const folder of [paths.programsDir, paths.requestsDir, paths.stateDir, paths.cacheDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    return ok(paths);
  } catch (error) {
    const problem = fileProblem(error, dataDir);
    return fail({
      ...problem,
      code: problem.code === "disk-full" ? "disk-full" : "data-dir-not-writable",
      what: problem.code === "disk-full" ? problem.what : "The data directory cannot be used",
      next: "Make it a folder that you may write, or choose another one with --data-dir, NOMAD_QEMU_DATA_DIR or the setting nomadQemu.dataDir.",
    });
  }
}

/** Eight characters that stand for a data directory of a user. */
function shortName(dataDir: string): string {
  let real = dataDir;
  try {
    real = realpathSync(dataDir);
  } catch {
    // Not there yet: its name has to do.
  }
  // Loaded when it is needed: it takes longer than all the rest of a command that only connects.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256")
    .update(`${process.getuid?.() ?? os.userInfo().username}\0${real}`)
    .digest("hex")
    .slice(0, 8);
}

/**
 * Makes (or finds) the private folder for this data directory's sockets: owned by this user, mode 0700, short.
 * The temporary folder comes before `XDG_RUNTIME_DIR`, because the login manager deletes the latter when its user logs
 * out, and a VM that outlives the login would lose its monitor and console with it. Not for Windows, where sockets are
 * named pipes.
 */
export function openRuntimeDir(dataDir: string, env: Environment = process.env): Result<string> {
  const candidates = [os.tmpdir(), "/tmp", absolute(env["XDG_RUNTIME_DIR"])].filter((base) => base !== undefined);
  const refusals: string[] = [];
  for (const base of new Set(candidates)) {
    const folder = path.join(base, `${NAME}-${shortName(dataDir)}`);
    const refusal = tryRuntimeDir(folder);
    if (refusal === undefined) return ok(folder);
    refusals.push(`${folder}: ${refusal}`);
  }
  return fail({
    code: "no-runtime-dir",
    what: "There is no folder for sockets that is short and private",
    where: dataDir,
    why: refusals.join("\n"),
    next: "Set TMPDIR or XDG_RUNTIME_DIR to a short path of your own that you may write.",
  });
}

function tryRuntimeDir(folder: string): string | undefined {
  const room = SOCKET_PATH_MAX_BYTES - Buffer.byteLength(folder);
  if (room < SOCKET_NAME_RESERVE_BYTES)
    return `${Buffer.byteLength(folder)} bytes are too many, a socket's whole path may have ${SOCKET_PATH_MAX_BYTES}`;
  try {
    makeFolders(folder, 0o700);
    const found = lstatSync(folder);
    if (!found.isDirectory()) return "is not a folder";
    if (process.getuid !== undefined && found.uid !== process.getuid()) return `belongs to user ${found.uid}`;
    if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Says no to a socket path that the system would cut off or refuse. */
export function checkSocketPath(socket: string): Problem | undefined {
  const bytes = Buffer.byteLength(socket);
  if (bytes <= SOCKET_PATH_MAX_BYTES) return undefined;
  return {
    code: "socket-path-too-long",
    what: `A socket's path has ${bytes} bytes, ${SOCKET_PATH_MAX_BYTES} are possible`,
    where: socket,
    next: "Choose a shorter data directory (--data-dir, NOMAD_QEMU_DATA_DIR), or a shorter task name.",
  };
}

/**
 * Where a new host of a data directory listens: a socket in its runtime folder, on Windows a named pipe. Every host has
 * a name of its own: a socket path that is used again may be deleted by the previous owner as it leaves. The caller
 * holds the data directory's lock, so what former hosts left behind is removed.
 */
export function newHostEndpoint(dataDir: string): Result<string> {
  const name = `${process.pid.toString(36)}${(Date.now() % 36 ** 5).toString(36)}`;
  if (process.platform === "win32") return ok(`\\\\.\\pipe\\${NAME}-${shortName(dataDir)}-${name}`);
  const runtime = openRuntimeDir(dataDir);
  if (!runtime.ok) return runtime;
  for (const file of readdirSync(runtime.value))
    if (/^host-\w+\.sock$/.test(file)) rmSync(path.join(runtime.value, file), { force: true });
  const socket = path.join(runtime.value, `host-${name}.sock`);
  const problem = checkSocketPath(socket);
  return problem === undefined ? ok(socket) : fail(problem);
}
