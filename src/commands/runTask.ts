// "Run QEMU task": from a job file to running virtual machines, with every reason not to said before anything starts.
import type * as vscode from "vscode";
import { ProblemError } from "../base/result.ts";
import type { Job, Task } from "../jobspec/job.ts";
import { COMMANDS } from "../views/names.ts";
import { openConsoleOnRun } from "../views/settings.ts";
import type { Command, Services } from "./command.ts";
import { approve } from "./run/approval.ts";
import { prepareDocument } from "./run/prepareDocument.ts";
import { requestedDocument } from "./run/documents.ts";
import type { RunTarget } from "./run/prepareJob.ts";
import { pickTarget } from "./run/pickTarget.ts";
import { startAllocation } from "./run/startAllocation.ts";
import { hostOf } from "./stopAllocation.ts";

export const runTask: Command = {
  id: COMMANDS.runTask,
  needs: "trust",
  run: async (services, argument) => {
    const request = await requestedDocument(services, argument);
    if (request === undefined) return;
    const { document } = request;
    const prepared = await prepareDocument(services, document);
    if (prepared === undefined) return;
    const target = await pickTarget(prepared.targets, request);
    if (target === undefined) return;
    const job = withTasks(prepared.job, target.group, target.tasks);
    const chosen = prepared.targets.filter(({ group, task }) => group === target.group && target.tasks.includes(task));
    if (!(await approve(services, document.uri, chosen, tasksOf(job)))) return;
    await start(services, document, job, target.group, chosen);
  },
};

async function start(
  services: Services,
  document: vscode.TextDocument,
  job: Job,
  group: string,
  targets: readonly RunTarget[],
): Promise<void> {
  const { policy, store, consoles } = services;
  const { pluginConfig, problem } = await policy.read();
  if (problem !== undefined) throw new ProblemError(problem);
  const host = await hostOf(services);
  await store.settled();
  const jobFile = document.uri.scheme === "file" ? document.uri.fsPath : undefined;
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const outcome = await startAllocation(host, store, { job, group, jobFile, pluginConfig, environment });
  if (outcome.kind === "cancelled" || !openConsoleOnRun()) return;
  const { allocation } = outcome;
  const first = allocation.tasks.find(
    ({ name, state, hasConsole }) => state === "running" && hasConsole && targets.some(({ task }) => task === name),
  );
  if (first !== undefined) consoles.show({ id: allocation.id, task: first.name }, `${allocation.jobId}.${first.name}`);
}

/** The job with one group, and of its main tasks only those chosen: tasks with a lifecycle belong to all of them. */
function withTasks(job: Job, group: string, tasks: readonly string[]): Job {
  const groups = (job.TaskGroups ?? []).filter(({ Name }) => Name === group);
  const chosen = (task: Task): boolean => tasks.includes(task.Name) || task.Lifecycle !== null;
  return {
    ...job,
    TaskGroups: groups.map((only) => ({ ...only, Tasks: (only.Tasks ?? []).filter(chosen) })),
  };
}

function tasksOf(job: Job): Task[] {
  return (job.TaskGroups ?? []).flatMap(({ Tasks }) => Tasks ?? []);
}
