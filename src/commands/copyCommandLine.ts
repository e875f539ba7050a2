// "Copy command line": what runs, ran, or would run, as one line for a shell.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { oneLine } from "../views/shellText.ts";
import type { Command } from "./command.ts";
import { findCommandLines } from "./commandLineSource.ts";

export const copyCommandLine: Command = {
  id: COMMANDS.copyCommandLine,
  needs: "trust",
  run: async (services, argument) => {
    const found = await findCommandLines(services, argument);
    if (found === undefined) return;
    await vscode.env.clipboard.writeText(found.map(({ nomad }) => oneLine(nomad)).join("\n"));
    vscode.window.setStatusBarMessage("$(check) Command line copied", 3000);
  },
};
