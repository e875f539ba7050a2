// The reader of one RPC connection.
import type net from "node:net";
import { SocketMessageReader } from "vscode-jsonrpc/node";

/**
 * A reader without the library's watch for incomplete messages: that timer is set anew each time it fires, even after the
 * connection is gone, and a client that hangs up in the middle of a notification would never end.
 */
export function newMessageReader(socket: net.Socket): SocketMessageReader {
  const reader = new SocketMessageReader(socket);
  reader.partialMessageTimeout = 0;
  return reader;
}
