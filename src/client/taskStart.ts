// From a task that may start to one that runs: preparations in Nomad's order, then the driver. One attempt; what follows
// from a failure is decided elsewhere. Source: Nomad client/allocrunner/taskrunner, prestart hooks and runDriver.
import { randomBytes } from "node:crypto";
import path from "node:path";
import { fileProblem } from "../base/atomicFile.ts";
import { formatProblem, type Problem } from "../base/result.ts";
import type { ExitResult } from "../driver/exitResult.ts";
import { userRefusal } from "../driver/policy.ts";
import type { Refusal } from "../driver/refusal.ts";
import { startTask } from "../driver/startTask.ts";
import { failedValidationText } from "../driver/taskConfig.ts";
import type { TaskHandle, TaskHandleState } from "../driver/taskHandle.ts";
import { resolveTaskUser } from "../driver/taskUser.ts";
import type { Task, TaskGroup } from "../jobspec/job.ts";
import { allocationTaskDirs, buildTaskDir } from "./allocDir.ts";
import { ArtifactError, artifactFailureText } from "./artifact/failure.ts";
import { fetchArtifact } from "./artifact/fetchArtifact.ts";
import { planArtifact } from "./artifact/plan.ts";
import type { AllocationSpec, TaskRecord } from "./record.ts";
import type { ClientServices, Machine } from "./services.ts";
import * as events from "./taskEvents.ts";
import { taskEnvironment, type EnvironmentInput } from "./taskEnvironment.ts";
import { planTask } from "./taskPlan.ts";
import { renderTemplates, TemplateError } from "./templates.ts";

export interface StartContext {
  readonly spec: AllocationSpec;
  readonly group: TaskGroup;
  readonly task: Task;
  readonly record: TaskRecord;
  readonly services: ClientServices;
  readonly allocDir: string;
  readonly runDir: (runId: string) => string;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  readonly emit: (event: events.NewTaskEvent) => void;
  /** The record has changed: keep it, soon. */
  readonly save: () => void;
  readonly onProgress: (source: string, received: number, total: number) => void;
  /** The run's files exist, the process may: called before and after it gets its number. */
  readonly onRun: (runId: string, handle: TaskHandleState) => void;
}

export type StartOutcome =
  | { readonly kind: "running"; readonly handle: TaskHandle }
  /** It ran so shortly that it never answered; `explanation` is what QEMU's words mean. */
  | { readonly kind: "exited"; readonly exit: ExitResult; readonly explanation: string | undefined }
  | { readonly kind: "not-started"; readonly recoverable: boolean }
  /** Ended for good, whatever the restart policy says. */
  | { readonly kind: "fatal" }
  | { readonly kind: "aborted" };

/** Nomad downloads so many artifacts of a task at a time. */
const PARALLEL_ARTIFACTS = 3;

/** Thrown inside an attempt to end it with an outcome. */
class Outcome extends Error {
  readonly outcome: StartOutcome;
  constructor(outcome: StartOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

export async function startTaskOnce(context: StartContext): Promise<StartOutcome> {
  try {
    return await attempt(context);
  } catch (error) {
    if (context.signal.aborted) return { kind: "aborted" };
    if (error instanceof Outcome) return error.outcome;
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    context.emit(events.setupFailure(formatProblem(fileProblem(error, context.allocDir))));
    return { kind: "not-started", recoverable: false };
  }
}

async function attempt(context: StartContext): Promise<StartOutcome> {
  const { record, services, spec, task } = context;
  const machine = await services.machine(spec.pluginConfig, spec.environment);
  const environment = (): Record<string, string> => taskEnvironment(environmentInput(context, machine));
  refuseUser(context);
  if (record.prepared === "nothing") {
    context.emit(events.taskSetup);
    buildTaskDir(context.allocDir, task.Name);
    record.prepared = "folders";
    context.save();
  }
  if (record.prepared === "folders") {
    await getArtifacts(context, machine, environment());
    record.prepared = "artifacts";
    context.save();
  }
  if (record.prepared === "artifacts" || task.RestartPolicy?.RenderTemplates === true) {
    writeTemplates(context, machine, environment());
    record.prepared = "templates";
    context.save();
  }
  context.signal.throwIfAborted();
  return runDriver(context, machine);
}

function environmentInput(context: StartContext, { node }: Machine): EnvironmentInput {
  const { spec, group, task, record } = context;
  return {
    job: spec.job,
    group,
    task,
    allocId: spec.id,
    allocName: spec.name,
    allocIndex: spec.index,
    allocDir: context.allocDir,
    node,
    ports: spec.ports,
    hostEnvironment: spec.environment,
    templateEnvironment: record.templateEnvironment,
  };
}

/** Nomad asks this before it does anything else for the task (golden e-user-root). */
function refuseUser(context: StartContext): void {
  const refusal = userRefusal(context.task.User);
  if (refusal !== undefined) throw new Outcome(refused([refusal], context));
}

async function getArtifacts(
  context: StartContext,
  machine: Machine,
  environment: Record<string, string>,
): Promise<void> {
  const artifacts = context.task.Artifacts ?? [];
  if (artifacts.length === 0) return;
  context.emit(events.downloadingArtifacts);
  const { taskDir, tmpDir } = allocationTaskDirs(context.allocDir, context.task.Name);
  const user = artifacts.some(({ Chown }) => Chown) ? await resolveTaskUser(context.task.User) : undefined;
  const failing = new AbortController();
  const signal = AbortSignal.any([context.signal, failing.signal]);
  const queue = [...artifacts];
  const next = async (): Promise<void> => {
    for (let artifact = queue.shift(); artifact !== undefined; artifact = queue.shift()) {
      let source = artifact.GetterSource ?? "";
      try {
        const plan = planArtifact(artifact, {
          environment,
          node: machine.node,
          allocDir: context.allocDir,
          taskDir,
          jobFolder: context.spec.jobFile === undefined ? undefined : path.dirname(context.spec.jobFile),
        });
        source = plan.source;
        await fetchArtifact(plan, {
          cache: context.services.cache,
          unpack: context.services.unpack,
          allocDir: context.allocDir,
          tmpDir,
          owner: user?.ok === true ? user.value : undefined,
          signal,
          onProgress: (received, total) => context.onProgress(plan.source, received, total),
        });
      } catch (error) {
        if (signal.aborted || !(error instanceof ArtifactError)) throw error;
        failing.abort(error);
        context.emit(events.failedArtifactDownload(artifactFailureText(source, error.failure)));
        throw new Outcome({ kind: "not-started", recoverable: true });
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: PARALLEL_ARTIFACTS }, next));
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as Error);
  const failure = failures.find((reason) => reason instanceof Outcome) ?? failures[0];
  if (failure !== undefined) throw failure;
}

function writeTemplates(context: StartContext, machine: Machine, environment: Record<string, string>): void {
  const { task, allocDir } = context;
  const { taskDir } = allocationTaskDirs(allocDir, task.Name);
  try {
    context.record.templateEnvironment = renderTemplates({ task, environment, node: machine.node, allocDir, taskDir });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (error.severity === "fatal") {
      context.emit(events.killedBy(error.message));
      throw new Outcome({ kind: "fatal" });
    }
    context.emit(events.hookFailed(error.message));
    throw new Outcome({ kind: "not-started", recoverable: false });
  }
}

async function runDriver(context: StartContext, machine: Machine): Promise<StartOutcome> {
  const { spec, task, services } = context;
  const plan = planTask(environmentInput(context, machine));
  const { taskConfig } = plan.config;
  if (taskConfig === undefined) return refused(plan.config.refusals, context);
  const runId = randomBytes(4).toString("hex");
  const started = await startTask({
    taskId: `${spec.id}/${task.Name}`,
    runId,
    taskConfig,
    pluginConfig: spec.pluginConfig,
    emulatorPaths: machine.fingerprint.emulatorPaths,
    silentEmulators: machine.fingerprint.silent,
    user: plan.user,
    memoryMB: plan.memoryMB,
    reservedCores: plan.reservedCores,
    taskNetwork: plan.taskNetwork,
    dns: plan.dns,
    allocDir: context.allocDir,
    taskDir: allocationTaskDirs(context.allocDir, task.Name).taskDir,
    socketDir: path.join(services.runtimeDir, runId),
    spoolDir: context.runDir(runId),
    environment: plan.processEnvironment,
    onState: (state) => context.onRun(runId, state),
    signal: context.signal,
  });
  if (started.ok) return { kind: "running", handle: started.value };
  const failure = started.error;
  switch (failure.kind) {
    case "refused":
      return refused([failure.refusal], context);
    case "exited":
      return { kind: "exited", exit: failure.exit, explanation: formatProblem(failure.problem) };
    case "failed":
      context.signal.throwIfAborted();
      services.log.warn(`${spec.id} ${task.Name} could not be started:`, formatProblem(failure.problem));
      context.emit(events.driverFailure(driverErrorText(failure.problem)));
      return { kind: "not-started", recoverable: false };
  }
}

/** Nomad's own sentence where the problem is worded so, else the whole of ours. */
function driverErrorText(problem: Problem): string {
  return problem.what.startsWith("rpc error: ") ? problem.what : formatProblem(problem);
}

function refused(refusals: readonly Refusal[], context: StartContext): StartOutcome {
  const [first] = refusals;
  if (first?.event === "Failed Validation") context.emit(events.failedValidation(failedValidationText(refusals)));
  else if (first?.event === "Task hook failed") context.emit(events.hookFailed(first.message));
  else if (first?.event === "Setup Failure") context.emit(events.setupFailure(first.message));
  else context.emit(events.driverFailure(first?.message ?? "the driver refused the task"));
  return { kind: "not-started", recoverable: false };
}
