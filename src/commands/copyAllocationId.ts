// "Copy allocation ID".
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { isNode } from "../views/vmTree.ts";
import type { Command } from "./command.ts";

export const copyAllocationId: Command = {
  id: COMMANDS.copyAllocationId,
  needs: "nothing",
  run: async (_services, argument) => {
    if (isNode(argument)) await vscode.env.clipboard.writeText(argument.id);
  },
};
