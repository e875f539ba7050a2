// Where a command line comes from: the task that runs (or ran), else the job file, before anything runs.
import * as vscode from "vscode";
import { LANGUAGE_ID } from "../language/protocol.ts";
import { isNode } from "../views/vmTree.ts";
import type { Services } from "./command.ts";
import { requestedDocument } from "./run/documents.ts";
import { pickTarget } from "./run/pickTarget.ts";
import { prepareDocument } from "./run/prepareDocument.ts";
import { targetTask } from "./targets.ts";

export interface FoundCommandLine {
  /** For people: `Task "vm" of group "g"`. */
  readonly title: string;
  /** For a document: `hello.vm.vm`. */
  readonly name: string;
  readonly nomad: readonly string[];
  readonly local: readonly string[];
}

/** The command lines of what is meant; undefined when nothing is, or the job cannot run and that was said. */
export async function findCommandLines(
  services: Services,
  argument: unknown,
): Promise<readonly FoundCommandLine[] | undefined> {
  if (isNode(argument)) return ofAllocation(services, argument.id, argument);
  // The palette offers this where anything has run, too.
  const meansAllocation = argument === undefined && !isJobFileInFront() && services.store.all().length > 0;
  return meansAllocation ? ofPickedTask(services) : ofDocument(services, argument);
}

function isJobFileInFront(): boolean {
  return vscode.window.activeTextEditor?.document.languageId === LANGUAGE_ID;
}

async function ofPickedTask(services: Services): Promise<readonly FoundCommandLine[] | undefined> {
  const words = { title: "The command line of which task?", nothing: "No task here has been started yet." };
  const target = await targetTask(services, undefined, ({ commandLine }) => commandLine !== undefined, words);
  if (target === undefined) return undefined;
  return ofAllocation(services, target.allocation.id, { kind: "task", task: target.task.name });
}

function ofAllocation(
  { store }: Services,
  id: string,
  node: { readonly kind: string; readonly task?: string },
): readonly FoundCommandLine[] | undefined {
  const allocation = store.get(id);
  const found = allocation?.tasks.flatMap(({ name, commandLine }) => {
    if (commandLine === undefined || (node.kind === "task" && name !== node.task)) return [];
    const title = `Task "${name}" of ${allocation.name}, allocation ${allocation.id}`;
    return [{ title, name: `${allocation.jobId}.${allocation.group}.${name}`, ...commandLine }];
  });
  return found === undefined || found.length === 0 ? undefined : found;
}

async function ofDocument(services: Services, argument: unknown): Promise<readonly FoundCommandLine[] | undefined> {
  const request = await requestedDocument(services, argument);
  const prepared = request === undefined ? undefined : await prepareDocument(services, request);
  if (request === undefined || prepared === undefined) return undefined;
  const target = await pickTarget(prepared.targets, request);
  if (target === undefined) return undefined;
  return prepared.targets
    .filter(({ group, task }) => group === target.group && target.tasks.includes(task))
    .map(({ group, task, commandLine }) => ({
      title: `Task "${task}" of group "${group}"; ids and ports that are chosen when it runs stand as zeros`,
      name: `${prepared.job.ID ?? "job"}.${group}.${task}`,
      ...commandLine,
    }));
}
