// `lsp --stdio`: the language server for any editor, in this process.
import { createRequire } from "node:module";
import { programFile } from "../../base/programs.ts";
import { EXIT } from "../exitCodes.ts";
import type { Verb } from "../verb.ts";

export const lsp: Verb = {
  operands: "",
  arity: [0, 0],
  description: "Speaks the Language Server Protocol on standard input and output until the editor says exit.",
  flags: { stdio: { kind: "switch", help: "talk over standard input and output (the only way there is)" } },
  examples: ["nomad-qemu lsp --stdio"],
  run: ({ arguments: given, terminal }) => {
    if (!given.has("stdio")) {
      terminal.note('"lsp" needs --stdio: it is started by an editor.');
      return Promise.resolve(EXIT.usage);
    }
    // The server reads the transport off the arguments and ends the process itself.
    const server = programFile("server.js");
    createRequire(server)(server);
    return new Promise<never>(() => undefined);
  },
};
