// The client's side of the RPC: JSON-RPC 2.0 in the Language Server Protocol's frames, over a socket. A command line lives
// for a tenth of a second, of which loading an RPC library takes a tenth; what a client needs of it is this. The host,
// which lives long, has the library (server.ts).
import type net from "node:net";

/** A request that failed: the host's answer was an error, or there will be no answer. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The code of an error that is no answer: the connection ended first. */
export const CONNECTION_ENDED = -32_097;

export interface RpcClient {
  /** Sends a request. @throws RpcError */
  request(method: string, params: unknown): Promise<unknown>;
  /** Notifications of this method go to `handler`, in the order in which they come. */
  onNotification(method: string, handler: (params: never) => void): { dispose(): void };
  /** Called once when the connection is over; at once when it is already. */
  onClose(handler: () => void): { dispose(): void };
  close(): void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RpcError) => void;
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Talks over `socket`, which may still be connecting, and which ends with the client. */
export function rpcClient(socket: net.Socket): RpcClient {
  const waiting = new Map<number, Waiting>();
  const handlers = new Map<string, Set<(params: never) => void>>();
  const closeHandlers = new Set<() => void>();
  let sent = 0;
  let closed = false;
  const end = (why: string): void => {
    if (closed) return;
    closed = true;
    socket.destroy();
    for (const { reject } of waiting.values()) reject(new RpcError(CONNECTION_ENDED, why));
    waiting.clear();
    for (const handler of closeHandlers) handler();
    closeHandlers.clear();
  };
  const take = (message: Message): void => {
    if (typeof message.method === "string") {
      for (const handler of handlers.get(message.method) ?? []) handler(message.params as never);
      return;
    }
    const { id, error } = message;
    const request = typeof id === "number" ? waiting.get(id) : undefined;
    if (request === undefined) return;
    waiting.delete(id as number);
    if (error === undefined) request.resolve(message.result);
    else request.reject(new RpcError(error.code, error.message, error.data));
  };
  let untaken: Message[] = [];
  let why: string | undefined;
  /** Who waits for an answer hears it, and may ask for notifications, before the next message is taken. */
  const takeOn = (): void => {
    for (let at = 0; at < untaken.length && !closed; at++) {
      const message = untaken[at]!;
      take(message);
      if (message.method === undefined) {
        untaken = untaken.slice(at + 1);
        if (untaken.length > 0) setImmediate(takeOn);
        else if (why !== undefined) end(why);
        return;
      }
    }
    untaken = [];
    if (why !== undefined) end(why);
  };
  /** Ends it when everything that has come is taken. */
  const over = (reason: string): void => {
    why ??= reason;
    if (untaken.length === 0) end(why);
  };
  const read = messageReader();
  socket.on("data", (bytes: Buffer) => {
    const messages = read(bytes);
    if (messages === undefined) {
      end("what answers there does not speak JSON-RPC");
      return;
    }
    const isTaking = untaken.length > 0;
    untaken.push(...messages);
    if (!isTaking) takeOn();
  });
  socket.on("error", ({ message }) => over(message));
  socket.on("close", () => over(ENDED));
  return {
    request: (method, params) => {
      if (closed) return Promise.reject(new RpcError(CONNECTION_ENDED, ENDED));
      const id = ++sent;
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      socket.write(frame({ jsonrpc: "2.0", id, method, params }));
      return answer;
    },
    onNotification: (method, handler) => {
      const known = handlers.get(method) ?? new Set();
      handlers.set(method, known.add(handler));
      return { dispose: () => known.delete(handler) };
    },
    onClose: (handler) => {
      if (closed) queueMicrotask(handler);
      else closeHandlers.add(handler);
      return { dispose: () => closeHandlers.delete(handler) };
    },
    close: () => end(ENDED),
  };
}

const ENDED = "the connection was closed";

function frame(message: object): string {
  const content = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`;
}

const HEADER_END = "\r\n\r\n";
/** A header is some 25 bytes; what goes on for longer without an end is none. */
const HEADER_MAX_BYTES = 4096;

/** Takes bytes as they come, and gives the messages that are whole with them; undefined when what comes is no message. */
function messageReader(): (bytes: Buffer) => readonly Message[] | undefined {
  let chunks: Buffer[] = [];
  let held = 0;
  /** Bytes that there must be before it makes sense to look again. */
  let needed = 0;
  return (bytes) => {
    chunks.push(bytes);
    held += bytes.length;
    if (held < needed) return [];
    let rest = chunks.length === 1 ? bytes : Buffer.concat(chunks, held);
    const messages: Message[] = [];
    needed = 0;
    while (needed <= rest.length) {
      const headerEnd = rest.indexOf(HEADER_END);
      if (headerEnd < 0) {
        if (rest.length > HEADER_MAX_BYTES) return undefined;
        break;
      }
      const length = contentLength(rest.toString("latin1", 0, headerEnd));
      if (length === undefined) return undefined;
      const start = headerEnd + HEADER_END.length;
      needed = start + length;
      if (needed > rest.length) break;
      const message = parsed(rest.toString("utf8", start, needed));
      if (message === undefined) return undefined;
      messages.push(message);
      rest = rest.subarray(needed);
      needed = 0;
    }
    chunks = rest.length === 0 ? [] : [rest];
    held = rest.length;
    return messages;
  };
}

const LENGTH = "Content-Length: ";

function contentLength(header: string): number | undefined {
  const line = header.split("\r\n").find((each) => each.startsWith(LENGTH));
  const length = line === undefined ? NaN : Number(line.slice(LENGTH.length));
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

function parsed(content: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(content);
    return typeof message === "object" && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
