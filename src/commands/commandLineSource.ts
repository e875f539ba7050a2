// Where a command line comes from: the task that runs (or ran), else the job file, before anything runs.
import type { Services } from "./command.ts";
import { requestedDocument } from "./run/documents.ts";
import { pickTarget } from "./run/pickTarget.ts";
import { prepareDocument } from "./run/prepareDocument.ts";
import { isNode } from "../views/vmTree.ts";

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
  return isNode(argument) ? ofAllocation(services, argument.id, argument) : ofDocument(services, argument);
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
