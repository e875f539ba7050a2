// The RPC server: accepts clients on the owner-only socket, dispatches their requests, sends notifications to all.
import { chmodSync, rmSync } from "node:fs";
import net from "node:net";
import { createMessageConnection, Message, SocketMessageWriter, type MessageConnection } from "vscode-jsonrpc/node";
import type { Logger } from "../base/logger.ts";
import { ProblemError, type Problem } from "../base/result.ts";
import type { ClientPurpose, Notifications, Requests } from "./protocol.ts";
import { newMessageReader } from "./messageReader.ts";
import { toResponseError } from "./rpcError.ts";

/** How long a client may take to read the last words. */
const HANG_UP_MS = 1_000;

/** One connected client, as request handlers see it. */
export interface Client {
  readonly id: number;
  /** What it called itself in `host/initialize`. */
  name: string;
  purpose: ClientPurpose;
  notify<N extends keyof Notifications>(name: N, params: Notifications[N]): void;
  /** Calls back when the answer to the request being handled has been handed to the system. */
  afterReply(callback: () => void): void;
  /** About how many bytes wait to be taken by a client that reads slowly. */
  backlog(): number;
}

export type Handlers = {
  readonly [M in keyof Requests]: (params: Requests[M][0], client: Client) => Promise<Requests[M][1]>;
};

export interface RpcServerOptions {
  readonly handlers: Handlers;
  readonly log: Logger;
  readonly onConnect: (client: Client) => void;
  readonly onDisconnect: (client: Client) => void;
  /** A request has been answered. */
  readonly onAnswered: () => void;
}

export interface RpcServer {
  clientCount(): number;
  /** Whether a client is connected that does more than watch. */
  hasWorkers(): boolean;
  notifyAll<N extends keyof Notifications>(name: N, params: Notifications[N]): void;
  /** Stops accepting clients and requests; who is connected stays until `close`. */
  stopAccepting(): void;
  /** Hangs up on everybody, after what was sent to them; resolves when they are gone or too slow to wait for. */
  close(): Promise<void>;
}

/**
 * Listens on `endpoint`. The caller holds the data directory's lock, so a socket file that is there belongs to a dead
 * host and is replaced.
 *
 * @throws the system's error when it cannot listen there.
 */
export async function listen(endpoint: string, options: RpcServerOptions): Promise<RpcServer> {
  const clients = new Map<Client, MessageConnection>();
  let nextId = 1;
  let leaving = false;

  const server = net.createServer((socket) => {
    const writer = new SocketMessageWriter(socket);
    const write = writer.write.bind(writer);
    let afterReply: (() => void)[] = [];
    let waiting = 0;
    writer.write = async (message) => {
      const size = weight(message);
      waiting += size;
      await write(message).finally(() => {
        waiting -= size;
      });
      if (!Message.isResponse(message)) return;
      const callbacks = afterReply;
      afterReply = [];
      for (const callback of callbacks) callback();
    };
    const rpc = createMessageConnection(newMessageReader(socket), writer);
    const client: Client = {
      id: nextId++,
      name: "",
      purpose: "work",
      notify: (name, params) => {
        // A client that hung up is no failure of ours; its close handler tidies up.
        rpc.sendNotification(name, params).catch(() => undefined);
      },
      afterReply: (callback) => void afterReply.push(callback),
      backlog: () => waiting,
    };
    for (const [method, handler] of Object.entries(options.handlers))
      rpc.onRequest(method, (params: unknown) => {
        if (leaving) return toResponseError(new ProblemError(LEAVING));
        return answer(method, handler, params, client, options.log).finally(options.onAnswered);
      });
    const gone = (): void => {
      if (!clients.delete(client)) return;
      rpc.dispose();
      socket.destroy();
      options.onDisconnect(client);
    };
    rpc.onClose(gone);
    rpc.onError(gone);
    clients.set(client, rpc);
    options.onConnect(client);
    rpc.listen();
  });

  if (process.platform !== "win32") rmSync(endpoint, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(endpoint, resolve);
  });
  if (process.platform !== "win32") chmodSync(endpoint, 0o600);
  server.on("error", (error) => options.log.error("listening failed", error));

  return {
    clientCount: () => clients.size,
    hasWorkers: () => [...clients.keys()].some(({ purpose }) => purpose === "work"),
    notifyAll: (name, params) => {
      for (const client of clients.keys()) if (client.name !== "") client.notify(name, params);
    },
    stopAccepting: () => {
      leaving = true;
      server.close();
    },
    close: () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
        setTimeout(resolve, HANG_UP_MS).unref();
      });
      for (const rpc of clients.values()) rpc.end();
      return closed;
    },
  };
}

const LEAVING: Problem = {
  code: "host-leaving",
  what: "The background process is just leaving",
  next: "Try again: that starts the next one.",
};

/** About how large a message is: only console data is ever long and frequent. */
function weight(message: Message): number {
  const params = Message.isNotification(message) ? (message.params as { data?: unknown } | undefined) : undefined;
  return typeof params?.data === "string" ? params.data.length : 256;
}

async function answer(
  method: string,
  handler: (params: never, client: Client) => Promise<unknown>,
  params: unknown,
  client: Client,
  log: Logger,
): Promise<unknown> {
  try {
    return await handler(params as never, client);
  } catch (error) {
    const response = toResponseError(error);
    log.info(`${method} for ${client.name}#${client.id} failed:`, response.message);
    if (response.data === undefined) log.error(method, error);
    return response;
  }
}
