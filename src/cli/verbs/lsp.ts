// `lsp --stdio`: the language server for any editor, in this process.
import { createRequire } from "node:module";
import { programFile } from "../../base/programs.ts";
import { ProblemError } from "../../base/result.ts";
import type { Verb } from "../verb.ts";

export const lsp: Verb = {
  operands: "",
  arity: [0, 0],
  description: "Speaks the Language Server Protocol on standard input and output until the editor says exit.",
  flags: { stdio: { kind: "switch", help: "talk over standard input and output (the only way there is)" } },
  examples: ["nomad-qemu lsp --stdio"],
  run: ({ arguments: given }) => {
    if (!given.has("stdio"))
      return Promise.reject(
        new ProblemError({ code: "usage", what: '"lsp" needs --stdio: it is started by an editor' }),
      );
    // The server reads the transport off the arguments, where it knows one form only, and ends the process itself.
    process.argv.push("--stdio");
    const server = programFile("server.js");
    createRequire(server)(server);
    return new Promise<never>(() => undefined);
  },
};
