// "Run QEMU task": from a job file to running virtual machines, with every reason not to said before anything starts.
import * as vscode from "vscode";
import { ProblemError } from "../base/result.ts";
import type { Job, Task } from "../jobspec/job.ts";
import { fileOf } from "../views/codeLens.ts";
import { showProblem } from "../views/messages.ts";
import { COMMANDS } from "../views/names.ts";
import { aliveFrom, shortId } from "../views/rows.ts";
import { openConsoleOnRun } from "../views/settings.ts";
import type { Command, Services } from "./command.ts";
import { approve } from "./run/approval.ts";
import { callerEnvironment } from "./run/callerEnvironment.ts";
import { prepareDocument } from "./run/prepareDocument.ts";
import { requestedDocument } from "./run/documents.ts";
import type { RunTarget } from "./run/prepareJob.ts";
import { pickTarget, type ChosenTarget } from "./run/pickTarget.ts";
import { earlyFailure, startAllocation } from "./run/startAllocation.ts";
import { hostOf } from "./stopAllocation.ts";

const OPEN_CONSOLE = "Open console";
const RUN_ANOTHER = "Run another one";

export const runTask: Command = {
  id: COMMANDS.runTask,
  needs: "trust",
  run: async (services, argument) => {
    const request = await requestedDocument(services, argument);
    if (request === undefined) return;
    const { document } = request;
    const prepared = await prepareDocument(services, request);
    if (prepared === undefined) return;
    const target = await pickTarget(prepared.targets, request);
    if (target === undefined) return;
    if (!(await mayRunAgain(services, document, prepared.job.ID, target))) return;
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
  const jobFile = fileOf(document);
  const outcome = await startAllocation(host, store, {
    ...{ job, group, jobFile, pluginConfig, environment: callerEnvironment() },
  });
  if (outcome.kind === "cancelled") return;
  const { allocation } = outcome;
  void earlyFailure(store, allocation.id).then((failure) => failure && showProblem(failure, services.log));
  if (!openConsoleOnRun()) return;
  const first = allocation.tasks.find(
    ({ name, state, hasConsole }) => state === "running" && hasConsole && targets.some(({ task }) => task === name),
  );
  if (first !== undefined) consoles.show({ id: allocation.id, task: first.name }, `${allocation.jobId}.${first.name}`);
}

/** A second copy is rarely what is meant by "Run": offers the one that runs. */
async function mayRunAgain(
  { store, consoles }: Services,
  document: vscode.TextDocument,
  jobId: string | null,
  { group, tasks }: ChosenTarget,
): Promise<boolean> {
  const file = fileOf(document);
  for (const task of tasks) {
    const running = aliveFrom(store.alive(), { file, jobId, group, task });
    if (running === undefined) continue;
    const question = `"${task}" is running already, in allocation ${shortId(running.id)}.`;
    const chosen = await vscode.window.showInformationMessage(question, OPEN_CONSOLE, RUN_ANOTHER);
    if (chosen === OPEN_CONSOLE) consoles.show({ id: running.id, task }, `${running.jobId}.${task}`);
    return chosen === RUN_ANOTHER;
  }
  return true;
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
