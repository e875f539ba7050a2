// A request that leaves with the introduction, before there is an answer to it: the host works on it in the meantime.
import net from "node:net";
import { dataPaths } from "../base/paths.ts";
import { livenessOf } from "../base/processIdentity.ts";
import { readHostNote } from "./hostFile.ts";
import { PROTOCOL_VERSION, type InitializeResult, type Requests } from "./protocol.ts";
import { rpcClient, type RpcClient } from "./rpcClient.ts";

/** A connection with an introduction and one request under way. */
export interface AheadCall {
  readonly rpc: RpcClient;
  readonly endpoint: string;
  readonly introduced: Promise<InitializeResult>;
  readonly method: keyof Requests;
  readonly answer: Promise<unknown>;
}

/**
 * Sends a request to the living host of a data directory, or does nothing when there is none of this version. Resolves
 * when the system has the request: before the event loop turns, nothing leaves this process.
 */
export async function callAhead<M extends keyof Requests>(
  dataDir: string,
  client: string,
  method: M,
  params: Requests[M][0],
): Promise<AheadCall | undefined> {
  const note = readHostNote(dataPaths(dataDir).hostFile);
  if (note?.protocolVersion !== PROTOCOL_VERSION || livenessOf(note.process) === "gone") return undefined;
  const socket = net.connect(note.endpoint);
  const rpc = rpcClient(socket);
  const introduction = { protocolVersion: PROTOCOL_VERSION, client };
  const introduced = rpc.request("host/initialize", introduction) as Promise<InitializeResult>;
  const answer = rpc.request(method, params);
  // Whoever takes the connection over finds out.
  for (const each of [introduced, answer]) each.catch(() => undefined);
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve);
    rpc.onClose(resolve);
  });
  return { rpc, endpoint: note.endpoint, introduced, method, answer };
}
