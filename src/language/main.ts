// Entry point of the language server: a program of its own, spoken to over standard input and output (`--stdio`), the
// editor's IPC channel (`--node-ipc`), a socket or a pipe, as the client chooses.
import path from "node:path";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { programFile, VERSION } from "../base/programs.ts";
import { startLanguageServer } from "./server.ts";

startLanguageServer(createConnection(ProposedFeatures.all), {
  version: VERSION,
  productFolder: path.resolve(programFile("server.js"), "../.."),
});
