// From what a command was given (a row of the tree, a code lens, nothing) to the allocation and the task it is about.
import * as vscode from "vscode";
import type { AllocationSummary, TaskStatus } from "../client/status.ts";
import { allocationCondition, shortId } from "../views/rows.ts";
import { isNode } from "../views/vmTree.ts";
import type { Services } from "./command.ts";

export interface TaskTarget {
  readonly allocation: AllocationSummary;
  readonly task: TaskStatus;
}

type Accepts<T> = (candidate: T) => boolean;

/**
 * The allocation: of the row, else the only one that `accepts`, else the one that is picked. Undefined when nothing is
 * picked or there is none (then it says so: `nothing`).
 */
export async function targetAllocation(
  services: Services,
  argument: unknown,
  accepts: Accepts<AllocationSummary>,
  words: { readonly title: string; readonly nothing: string },
): Promise<AllocationSummary | undefined> {
  await bringUpToDate(services);
  if (isNode(argument)) return services.store.get(argument.id);
  const candidates = nearestFirst(services.store.all().filter(accepts));
  const pick = await pickOne(
    candidates.map((allocation) => ({
      label: `${allocation.jobId}.${allocation.group}`,
      description: `${shortId(allocation.id)} · ${allocationCondition(allocation)}`,
      value: allocation,
    })),
    words,
  );
  return pick;
}

/** The task: of the row, else the only one that `accepts`, else the one that is picked. */
export async function targetTask(
  services: Services,
  argument: unknown,
  accepts: Accepts<TaskStatus>,
  words: { readonly title: string; readonly nothing: string },
): Promise<TaskTarget | undefined> {
  await bringUpToDate(services);
  const named = isNode(argument) ? argument : undefined;
  const allocations = named === undefined ? services.store.all() : [services.store.get(named.id)];
  const candidates = nearestFirst(allocations.filter((allocation) => allocation !== undefined)).flatMap((allocation) =>
    allocation.tasks
      .filter((task) => (named?.kind === "task" ? task.name === named.task : accepts(task)))
      .map((task) => ({ allocation, task })),
  );
  return pickOne(
    candidates.map(({ allocation, task }) => ({
      label: task.name,
      description: `${allocation.jobId}.${allocation.group} ${shortId(allocation.id)} · ${task.state}`,
      value: { allocation, task },
    })),
    words,
  );
}

async function bringUpToDate({ link, store }: Services): Promise<void> {
  if (vscode.workspace.isTrusted && link.state().kind !== "ready") await link.look();
  await store.settled();
}

/** Allocations of the file in the active editor stand first. */
function nearestFirst(allocations: readonly AllocationSummary[]): AllocationSummary[] {
  const active = vscode.window.activeTextEditor?.document.uri.fsPath;
  const isNear = ({ jobFile }: AllocationSummary): number => Number(jobFile !== undefined && jobFile === active);
  return [...allocations].sort((a, b) => isNear(b) - isNear(a));
}

async function pickOne<T>(
  items: readonly (vscode.QuickPickItem & { readonly value: T })[],
  { title, nothing }: { readonly title: string; readonly nothing: string },
): Promise<T | undefined> {
  const [first] = items;
  if (first === undefined) {
    void vscode.window.showInformationMessage(nothing);
    return undefined;
  }
  if (items.length === 1) return first.value;
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.value;
}
