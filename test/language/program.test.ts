// The bundled program, as an editor starts it: over standard input and output, and over Node's IPC channel.
import { fork, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import { describe, expect, it } from "vitest";
import type { InitializeResult, PublishDiagnosticsParams } from "vscode-languageserver";
import { vm } from "./jobs.ts";

const program = path.resolve(import.meta.dirname, "../../dist/server.js");

async function converse(child: ChildProcess, connection: MessageConnection): Promise<void> {
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const early = ended.then((code) => Promise.reject(new Error(`the server ended with ${code}`)));
  await Promise.race([early, talk(connection)]);
  await connection.sendNotification("exit");
  expect(await ended).toBe(0);
}

async function talk(connection: MessageConnection): Promise<void> {
  const published = new Promise<PublishDiagnosticsParams>((resolve) => {
    connection.onNotification("textDocument/publishDiagnostics", resolve);
  });
  connection.listen();
  const { serverInfo } = await connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
  });
  expect(serverInfo?.name).toBe("nomad-qemu");
  expect(serverInfo?.version).toMatch(/^\d+\.\d+\.\d+/);
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri: "file:///a.nomad", languageId: "nomad-job", version: 1, text: vm({ memory: 64 }) },
  });
  const [error] = (await published).diagnostics.filter(({ severity }) => severity === 1);
  expect(error?.code).toBe("qemu/memory-out-of-bounds");
  expect(error?.codeDescription?.href).toMatch(/^file:\/\/.*\/docs\/rules\.md#qemumemory-out-of-bounds$/);
  await connection.sendRequest("shutdown");
}

describe("dist/server.js", () => {
  if (!existsSync(program)) {
    it("skipped: not built (npm run build)", (context) => context.skip("skipped: not built (npm run build)"));
    return;
  }

  it("speaks over standard input and output", async () => {
    const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    await converse(
      child,
      createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
    );
  });

  it("speaks over IPC, and ends with its client", async () => {
    const child = fork(program, ["--node-ipc"], { execArgv: [] });
    await converse(child, createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child)));
  });
});
