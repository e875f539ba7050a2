// "Show command line": what runs, ran, or would run, as a read-only document.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { commandLineText } from "../views/shellText.ts";
import type { Command } from "./command.ts";
import { findCommandLines } from "./commandLineSource.ts";

export const showCommandLine: Command = {
  id: COMMANDS.showCommandLine,
  needs: "trust",
  run: async (services, argument) => {
    const found = await findCommandLines(services, argument);
    const [first] = found ?? [];
    if (found === undefined || first === undefined) {
      sayNothingRuns(argument);
      return;
    }
    const text = found.map((one) => commandLineText(one.title, one)).join("\n");
    await services.documents.show(`command-line/${first.name}.sh`, text, "shellscript");
  },
};

/** Other reasons were said where they were found. */
function sayNothingRuns(argument: unknown): void {
  if (typeof argument !== "object" || argument === null || !("kind" in argument)) return;
  void vscode.window.showInformationMessage("This task has not been started, so it has no command line yet.");
}
