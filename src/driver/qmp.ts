// A client of QEMU's control protocol (QMP): JSON lines over a socket, replies matched by id, events to listeners.
// It never reconnects: a closed socket is how one learns that a VM is gone (qemu.md 1).
import net from "node:net";
import type { Duplex } from "node:stream";
import { fail, ok, type Problem, type Result } from "../base/result.ts";

export interface QmpEvent {
  /** POWERDOWN, SHUTDOWN, RESET, STOP, RESUME, … */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Milliseconds since the Unix epoch, as QEMU stamped it. */
  readonly time: number;
}

export interface QmpClient {
  /** `7.2.22` and the like, from the greeting. */
  readonly version: string;
  /**
   * Executes a command. Problems: `qmp-error` (QEMU refused; `why` has its words), `qmp-closed`, `qmp-timeout`.
   * The reply to a command that timed out is dropped when it comes.
   */
  execute(command: string, args?: Readonly<Record<string, unknown>>, timeoutMs?: number): Promise<Result<unknown>>;
  /** Runs a monitor command of the human kind and returns its text; such a command reports errors only in that text. */
  humanCommand(line: string, timeoutMs?: number): Promise<Result<string>>;
  /** Calls back for every event until the returned function is called. */
  onEvent(listener: (event: QmpEvent) => void): () => void;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface QmpConnectOptions {
  /** A second client can connect but is not greeted before the first one leaves; hence a limit. */
  readonly greetingTimeoutMs?: number;
}

const GREETING_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 10_000;
/** The longest answer of QEMU 7.2 (device properties, one line) is 3 MB; more than this is no QMP. */
const LINE_MAX_CHARACTERS = 64 * 2 ** 20;

/**
 * Connects to a QMP socket, waits for the greeting and negotiates.
 * Problems: `qmp-unreachable` (no socket, nobody listens), `qmp-busy` (no greeting: another client has it),
 * `qmp-closed` (QEMU left meanwhile), `qmp-error`.
 */
export async function connectQmp(socketPath: string, options: QmpConnectOptions = {}): Promise<Result<QmpClient>> {
  const socket = net.connect(socketPath);
  const error = await new Promise<Error | undefined>((resolve) => {
    socket.once("connect", () => resolve(undefined));
    socket.once("error", resolve);
  });
  if (error !== undefined)
    return fail({
      code: "qmp-unreachable",
      what: "QEMU's control socket does not answer",
      where: socketPath,
      why: error.message,
      cause: error,
    });
  return negotiate(socket, socketPath, options.greetingTimeoutMs ?? GREETING_TIMEOUT_MS);
}

async function negotiate(stream: Duplex, where: string, timeoutMs: number): Promise<Result<QmpClient>> {
  const connection = new QmpConnection(stream, where);
  const version = await connection.greeting(timeoutMs);
  const negotiated = version.ok ? await connection.execute("qmp_capabilities", {}, timeoutMs) : version;
  if (negotiated.ok) return ok(connection);
  connection.close();
  return negotiated;
}

type Reply = Result<unknown>;
type Message = Readonly<Record<string, unknown>>;

class QmpConnection implements QmpClient {
  readonly closed: Promise<void>;
  version = "";
  readonly #stream: Duplex;
  readonly #where: string;
  readonly #pending = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  #greeted: ((version: Result<string>) => void) | undefined;
  #nextId = 1;
  #isClosed = false;
  #unread = "";

  constructor(stream: Duplex, where: string) {
    this.#stream = stream;
    this.#where = where;
    this.closed = new Promise((resolve) => {
      stream.once("close", () => {
        this.#isClosed = true;
        const problem = this.#closedProblem();
        this.#greeted?.(fail(problem));
        for (const settle of this.#pending.values()) settle(fail(problem));
        this.#pending.clear();
        resolve();
      });
    });
    stream.setEncoding("utf8");
    // A reset connection closes too; the close says all there is to say.
    stream.on("error", () => undefined);
    stream.on("data", (text: string) => this.#read(text));
  }

  greeting(timeoutMs: number): Promise<Result<string>> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#greeted = undefined;
        resolve(fail({ ...this.#problem("qmp-busy", "QEMU's control socket does not greet"), why: BUSY_REASON }));
      }, timeoutMs);
      this.#greeted = (version) => {
        clearTimeout(timer);
        this.#greeted = undefined;
        resolve(version);
      };
      if (this.#isClosed) this.#greeted(fail(this.#closedProblem()));
    });
  }

  execute(command: string, args: Message = {}, timeoutMs = COMMAND_TIMEOUT_MS): Promise<Reply> {
    if (this.#isClosed) return Promise.resolve(fail(this.#closedProblem()));
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        resolve(fail(this.#problem("qmp-timeout", `QEMU did not answer ${command} within ${timeoutMs} ms`)));
      }, timeoutMs);
      this.#pending.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply.ok ? reply : fail({ ...reply.error, what: `${reply.error.what} (${command})` }));
      });
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  async humanCommand(line: string, timeoutMs?: number): Promise<Result<string>> {
    const reply = await this.execute("human-monitor-command", { "command-line": line }, timeoutMs);
    return reply.ok ? ok(typeof reply.value === "string" ? reply.value : "") : reply;
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#stream.destroy();
  }

  #read(text: string): void {
    this.#unread += text;
    const lines = this.#unread.split("\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) this.#receive(line);
    if (this.#unread.length > LINE_MAX_CHARACTERS) this.close();
  }

  #receive(line: string): void {
    const message = parseQmpLine(line);
    if (message === undefined) return;
    const greeting = asObject(message["QMP"]);
    if (greeting !== undefined) {
      this.version = greetingVersion(greeting);
      this.#greeted?.(ok(this.version));
      return;
    }
    const event = toQmpEvent(message);
    if (event !== undefined) {
      for (const listener of this.#listeners) listener(event);
      return;
    }
    // An error without our id answers somebody's bad JSON, not a command of ours.
    const settle = typeof message["id"] === "number" ? this.#pending.get(message["id"]) : undefined;
    if (settle === undefined) return;
    this.#pending.delete(message["id"] as number);
    const error = asObject(message["error"]);
    if (error === undefined) settle(ok(message["return"]));
    else settle(fail({ ...this.#problem("qmp-error", "QEMU refused the command"), why: String(error["desc"]) }));
  }

  #problem(code: string, what: string): Problem {
    return { code, what, where: this.#where };
  }

  #closedProblem(): Problem {
    return this.#problem("qmp-closed", "QEMU closed its control socket");
  }
}

const BUSY_REASON = "QEMU serves one client at a time; another program is connected to this socket, or QEMU hangs.";

/** One line of QMP as an object, or undefined when it is no such thing. Also for log files. */
export function parseQmpLine(line: string): Message | undefined {
  if (line.trim() === "") return undefined;
  try {
    return asObject(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The event in a QMP message, or undefined when it is a reply or a greeting. */
export function toQmpEvent(message: Message): QmpEvent | undefined {
  if (typeof message["event"] !== "string") return undefined;
  const stamp = asObject(message["timestamp"]);
  const seconds = Number(stamp?.["seconds"] ?? 0);
  const microseconds = Number(stamp?.["microseconds"] ?? 0);
  return {
    name: message["event"],
    data: asObject(message["data"]) ?? {},
    time: Math.floor(seconds * 1000 + microseconds / 1000),
  };
}

function asObject(value: unknown): Message | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Message) : undefined;
}

function greetingVersion(greeting: Message): string {
  const qemu = asObject(asObject(greeting["version"])?.["qemu"]);
  return [qemu?.["major"], qemu?.["minor"], qemu?.["micro"]].map(String).join(".");
}
