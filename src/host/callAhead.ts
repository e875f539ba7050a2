// A request that is under way before the RPC library is loaded: the host works on it in the meantime. What it takes is the
// form of the two messages; everything else is the library's, which takes the connection over (connect.ts).
import net from "node:net";
import { dataPaths } from "../base/paths.ts";
import { livenessOf } from "../base/processIdentity.ts";
import { readHostNote, type HostNote } from "./hostFile.ts";
import { PROTOCOL_VERSION, type Requests } from "./protocol.ts";

/** A connection with two requests on it, the introduction and one more, whose answers nobody has read yet. */
export interface AheadCall {
  readonly socket: net.Socket;
  readonly note: HostNote;
  readonly requests: readonly AheadRequest[];
}

export interface AheadRequest {
  /** Unlike any id of the RPC library, which counts. */
  readonly id: string;
  readonly method: keyof Requests;
  readonly params: unknown;
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
  const requests: AheadRequest[] = [
    { id: "ahead-0", method: "host/initialize", params: { protocolVersion: PROTOCOL_VERSION, client } },
    { id: "ahead-1", method, params },
  ];
  const socket = net.connect(note.endpoint);
  socket.write(requests.map(frame).join(""));
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve);
    // Who takes the connection over finds it destroyed.
    socket.once("close", resolve);
    socket.on("error", () => undefined);
  });
  return { socket, note, requests };
}

/** A JSON-RPC message as the Language Server Protocol's base protocol frames it. */
function frame(request: AheadRequest): string {
  const content = JSON.stringify({ jsonrpc: "2.0", ...request });
  return `Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`;
}
