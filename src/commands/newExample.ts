// "New job file from the example": an unsaved copy of the job that boots the built-in guest.
import * as vscode from "vscode";
import { LANGUAGE_ID } from "../language/protocol.ts";
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";

export const newExample: Command = {
  id: COMMANDS.newExample,
  needs: "nothing",
  run: async ({ extension }) => {
    const file = vscode.Uri.joinPath(extension.extensionUri, "examples", "hello.nomad.hcl");
    const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const document = await vscode.workspace.openTextDocument({ language: LANGUAGE_ID, content });
    await vscode.window.showTextDocument(document);
  },
};
