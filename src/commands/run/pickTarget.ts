// Which task of a job is meant: the one of the code lens, the only one, or the one that is picked.
import * as vscode from "vscode";
import type { RunTarget } from "./prepareJob.ts";

export interface ChosenTarget {
  readonly group: string;
  readonly tasks: readonly string[];
}

interface Item extends vscode.QuickPickItem {
  readonly target?: ChosenTarget;
}

export async function pickTarget(
  targets: readonly RunTarget[],
  asked: { readonly group?: string; readonly task?: string },
): Promise<ChosenTarget | undefined> {
  const matching = targets.filter(
    ({ group, task }) =>
      (asked.group === undefined || group === asked.group) && (asked.task === undefined || task === asked.task),
  );
  const [only] = matching;
  if (only === undefined) return undefined;
  if (matching.length === 1) return { group: only.group, tasks: [only.task] };
  const picked = await vscode.window.showQuickPick(itemsOf(matching), {
    title: "Run which task?",
    matchOnDescription: true,
  });
  return picked?.target;
}

/** Each task, and where a group has several, all of the group together: they share ports and a folder. */
function itemsOf(targets: readonly RunTarget[]): Item[] {
  const groups = [...new Set(targets.map(({ group }) => group))];
  return groups.flatMap((group): Item[] => {
    const tasks = targets.filter((target) => target.group === group).map(({ task }) => task);
    const single = tasks.map((task): Item => ({
      label: `$(vm) ${task}`,
      description: `group ${group}`,
      target: { group, tasks: [task] },
    }));
    if (tasks.length === 1) return single;
    const all: Item = {
      label: `$(server-environment) All tasks of group ${group}`,
      description: tasks.join(", "),
      target: { group, tasks },
    };
    return [...single, all];
  });
}
