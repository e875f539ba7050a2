// The quick fix "allow it in my plugin configuration": adds what a job needs to the configuration in force, wherever that is.
import * as vscode from "vscode";
import { ALLOW_COMMAND, type AllowArguments } from "../language/protocol.ts";
import type { Action } from "../lint/finding.ts";
import type { Disposable } from "../views/disposables.ts";
import { problemOf, showProblem } from "../views/messages.ts";
import { COMMANDS, SETTINGS } from "../views/names.ts";
import type { Services } from "./command.ts";
import { jobsProgram } from "./jobsProgram.ts";

const OPEN = "Open";
const SETTING_OF: Readonly<Record<Action["kind"], string>> = {
  "allow-argument": SETTINGS.argsAllowlist,
  "allow-emulator": SETTINGS.emulatorsAllowlist,
  "allow-image-path": SETTINGS.imagePaths,
};

export function registerAllowInPluginConfig(services: Services): Disposable {
  return vscode.commands.registerCommand(ALLOW_COMMAND, async (argument: unknown) => {
    // A workspace that is not trusted has no say in what may run on this machine.
    if (!isAllowArguments(argument) || !vscode.workspace.isTrusted) return;
    try {
      await allow(services, argument.action);
    } catch (error) {
      await showProblem(problemOf(error, "The plugin configuration was not changed"), services.log);
    }
  });
}

async function allow({ policy }: Services, action: Action): Promise<void> {
  const { source } = await policy.read();
  switch (source.kind) {
    case "settings":
      return allowInSettings(action);
    case "machine-file":
      return allowInFiles([source.file], action);
    case "files":
      return allowInFiles(source.files, action);
    case "none":
      void vscode.window.showInformationMessage("Nothing is restricted here.");
  }
}

/** Settings of machine scope: VS Code writes them to the machine's, or the user's, own settings. */
async function allowInSettings({ kind, value }: Action): Promise<void> {
  const settings = vscode.workspace.getConfiguration("nomadQemu");
  const key = SETTING_OF[kind];
  const present: unknown = settings.inspect(key)?.globalValue;
  const list = Array.isArray(present) ? (present as unknown[]) : [];
  if (list.includes(value)) return;
  await settings.update(key, [...list, value], vscode.ConfigurationTarget.Global);
  await report(value, "the settings");
}

async function allowInFiles(files: readonly string[], action: Action): Promise<void> {
  const edit = await jobsProgram().allowInAgentFiles(files, action);
  if (edit !== undefined) {
    const { start, end } = edit.range;
    const change = new vscode.WorkspaceEdit();
    const uri = vscode.Uri.file(edit.file);
    change.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), edit.newText);
    // Saved at once: it is in force when the person looks at the job file again.
    if (await vscode.workspace.applyEdit(change)) await (await vscode.workspace.openTextDocument(uri)).save();
    await report(action.value, edit.file);
    return;
  }
  const question = `"${action.value}" could not be added by itself, because the plugin configuration is not written as plain lists.`;
  if ((await vscode.window.showWarningMessage(question, OPEN)) === OPEN)
    await vscode.commands.executeCommand(COMMANDS.openPluginConfig);
}

async function report(value: string, place: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(`"${value}" is allowed now, in ${place}.`, OPEN);
  if (chosen === OPEN) await vscode.commands.executeCommand(COMMANDS.openPluginConfig);
}

function isAllowArguments(value: unknown): value is AllowArguments {
  return typeof value === "object" && value !== null && "action" in value && "uri" in value;
}
