// "Copy address": host and port under which a port of the guest is reached.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { address } from "../views/rows.ts";
import { isNode } from "../views/vmTree.ts";
import type { Command } from "./command.ts";

export const copyAddress: Command = {
  id: COMMANDS.copyAddress,
  needs: "nothing",
  run: async ({ store }, argument) => {
    if (!isNode(argument) || argument.kind !== "port") return;
    const port = store.get(argument.id)?.ports.find(({ label }) => label === argument.label);
    if (port !== undefined) await vscode.env.clipboard.writeText(address(port));
  },
};
