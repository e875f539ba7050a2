// Shows what would be run and asks, before the first run of a file and whenever what would run has changed.
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { Task } from "../../jobspec/job.ts";
import { confirmRun } from "../../views/settings.ts";
import { commandLineText, optionLines } from "../../views/shellText.ts";
import type { Services } from "../command.ts";
import type { RunTarget } from "./prepareJob.ts";

const RUN = "Run";
const SHOW = "Show command line";
/** A modal message does not scroll everywhere; the document that "Show command line" opens has all of it. */
const DETAIL_LINES_MAX = 24;

/** What decides what a task does to this machine: a change of it asks again, a change of anything else does not. */
export function approvalKey(tasks: readonly Task[]): string {
  const decisive = tasks.map(({ Name, Driver, User, Config, Env, Artifacts, Templates }) => ({
    ...{ Name, Driver, User, Config, Env, Artifacts, Templates },
  }));
  return createHash("sha256").update(JSON.stringify(decisive)).digest("hex");
}

/** Whether the person lets it run: at once when this was approved before. */
export async function approve(
  services: Services,
  uri: vscode.Uri,
  targets: readonly RunTarget[],
  tasks: readonly Task[],
): Promise<boolean> {
  const mode = confirmRun();
  if (mode === "never") return true;
  const { workspaceState } = services.extension;
  const key = approvalKey(tasks);
  const memory = `approved:${uri.toString()}`;
  const approved = workspaceState.get<readonly string[]>(memory) ?? [];
  if (mode === "firstRun" && approved.includes(key)) return true;
  if (!(await ask(services, targets))) return false;
  await workspaceState.update(memory, [...approved.filter((other) => other !== key).slice(-9), key]);
  return true;
}

async function ask(services: Services, targets: readonly RunTarget[]): Promise<boolean> {
  const name = targets.map(({ task }) => task).join(", ");
  const lines = targets.flatMap(({ commandLine }, index) => [
    ...(index === 0 ? [] : [""]),
    ...optionLines(commandLine.nomad),
  ]);
  const cut = lines.length > DETAIL_LINES_MAX ? [...lines.slice(0, DETAIL_LINES_MAX), "…"] : lines;
  const detail = `It runs on this machine, as you. What is chosen at the start stands as zeros.\n\n${cut.join("\n")}`;
  const chosen = await vscode.window.showInformationMessage(`Run "${name}"?`, { modal: true, detail }, RUN, SHOW);
  if (chosen === RUN) return true;
  if (chosen !== SHOW) return false;
  const document = targets.map((target) => commandLineText(titleOf(target), target.commandLine)).join("\n");
  await services.documents.show(`command-line/${name}.sh`, document, "shellscript", "beside");
  return (await vscode.window.showInformationMessage(`Run "${name}" as shown?`, RUN)) === RUN;
}

export function titleOf({ group, task }: RunTarget): string {
  return `Task "${task}" of group "${group}"`;
}
