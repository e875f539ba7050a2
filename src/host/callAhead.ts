// The request of a run that is under way before there is a connection: the host works on it while this process connects.
import net from "node:net";
import { dataPaths } from "../base/paths.ts";
import { livenessOf } from "../base/processIdentity.ts";
import { readHostNote } from "./hostFile.ts";
import { PROTOCOL_VERSION, type InitializeResult, type RunFileParams, type RunFileResult } from "./protocol.ts";
import { leaveRequest, withdrawRequest } from "./requestFiles.ts";
import { rpcClient, type RpcClient } from "./rpcClient.ts";

/** A connection with its introduction and the question for the run's answer under way. */
export interface AheadCall {
  readonly rpc: RpcClient;
  readonly endpoint: string;
  readonly introduced: Promise<InitializeResult>;
  readonly answer: Promise<RunFileResult>;
  /** Takes the request back from a host that does not answer; false when it has begun with it. */
  readonly withdraw: () => boolean;
}

/** Asks the living host of a data directory for a run; undefined, and nothing asked, when there is none of this version. */
export function callAhead(dataDir: string, client: string, params: RunFileParams): AheadCall | undefined {
  const { hostFile, requestsDir } = dataPaths(dataDir);
  const note = readHostNote(hostFile);
  if (note?.protocolVersion !== PROTOCOL_VERSION || livenessOf(note.process) === "gone") return undefined;
  let request: string;
  try {
    request = leaveRequest(requestsDir, params);
  } catch {
    // A full disk, say: asked over a connection, the host finds the words for it.
    return undefined;
  }
  const rpc = rpcClient(net.connect(note.endpoint));
  const introduction = { protocolVersion: PROTOCOL_VERSION, client };
  const introduced = rpc.request("host/initialize", introduction) as Promise<InitializeResult>;
  const answer = rpc.request("job/answer", { request }) as Promise<RunFileResult>;
  // Whoever takes the connection over finds out.
  for (const each of [introduced, answer]) each.catch(() => undefined);
  return { rpc, endpoint: note.endpoint, introduced, answer, withdraw: () => withdrawRequest(requestsDir, request) };
}
