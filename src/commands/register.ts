// Registers every command, behind one wrapper that checks trust and shows what went wrong.
import * as vscode from "vscode";
import { problemOf, showProblem } from "../views/messages.ts";
import { DisposableStore, type Disposable } from "../views/disposables.ts";
import type { Command, Services } from "./command.ts";
import { copyAddress } from "./copyAddress.ts";
import { copyAllocationId } from "./copyAllocationId.ts";
import { copyCommandLine } from "./copyCommandLine.ts";
import { killNow } from "./killNow.ts";
import { newExample } from "./newExample.ts";
import { openConsole } from "./openConsole.ts";
import { openJobFile } from "./openJobFile.ts";
import { openPluginConfig } from "./openPluginConfig.ts";
import { refresh } from "./refresh.ts";
import { remove } from "./remove.ts";
import { removeFinished } from "./removeFinished.ts";
import { restart } from "./restart.ts";
import { restartLanguageServer } from "./restartLanguageServer.ts";
import { runTask } from "./runTask.ts";
import { showCommandLine } from "./showCommandLine.ts";
import { showFingerprint } from "./showFingerprint.ts";
import { showLog } from "./showLog.ts";
import { showLogs } from "./showLogs.ts";
import { stop } from "./stop.ts";
import { stopAll } from "./stopAll.ts";

export const ALL_COMMANDS: readonly Command[] = [
  runTask,
  stop,
  killNow,
  restart,
  openConsole,
  showLogs,
  showCommandLine,
  copyCommandLine,
  copyAllocationId,
  copyAddress,
  openJobFile,
  remove,
  removeFinished,
  stopAll,
  refresh,
  newExample,
  showFingerprint,
  openPluginConfig,
  restartLanguageServer,
  showLog,
];

export function registerCommands(services: Services): Disposable {
  const held = new DisposableStore();
  for (const command of ALL_COMMANDS) {
    held.add(
      vscode.commands.registerCommand(command.id, async (argument: unknown) => {
        if (command.needs === "trust" && !vscode.workspace.isTrusted) {
          await explainRestrictedMode();
          return;
        }
        try {
          await command.run(services, argument);
        } catch (error) {
          await showProblem(problemOf(error, `${command.id} did not work`), services.log);
        }
      }),
    );
  }
  return held;
}

async function explainRestrictedMode(): Promise<void> {
  const manage = "Manage Workspace Trust";
  const chosen = await vscode.window.showErrorMessage(
    "Nothing is run in Restricted Mode: a job file can name any program and any file. Trust this folder to run its virtual machines; checking job files works without.",
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand("workbench.trust.manage");
}
