// "Open job file": the file that an allocation was started from.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { isNode } from "../views/vmTree.ts";
import type { Command } from "./command.ts";

export const openJobFile: Command = {
  id: COMMANDS.openJobFile,
  needs: "nothing",
  run: async ({ store }, argument) => {
    const file = isNode(argument) ? store.get(argument.id)?.jobFile : undefined;
    if (file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file));
  },
};
