// nomadQemu/tasks: what can be run from a document, and why not.
import type { Origin } from "../../jobspec/origin.ts";
import type { Analysis } from "../analysis.ts";
import type { QemuTask, Runnable, TasksResult } from "../protocol.ts";

export const NO_TASKS: TasksResult = { version: null, jobId: null, tasks: [], unsetVariables: [] };

export function tasksOf(analysis: Analysis): TasksResult {
  const { parsed, source, version } = analysis;
  const unsetVariables = parsed.variables
    .filter(({ hasValue }) => !hasValue)
    .map(({ name, description, typeText }) => ({
      name,
      description: description ?? null,
      typeText: typeText ?? null,
    }));
  const tasks: QemuTask[] = [];
  for (const [groupIndex, group] of (parsed.job?.TaskGroups ?? []).entries()) {
    for (const [taskIndex, task] of (group.Tasks ?? []).entries()) {
      if (task.Driver !== "qemu") continue;
      const origin = parsed.origins.get(["TaskGroups", groupIndex, "Tasks", taskIndex]);
      if (origin?.source !== source) continue;
      tasks.push({
        group: group.Name ?? "",
        task: task.Name,
        range: source.range(origin.span),
        blockRange: source.range(origin.wholeSpan),
        runnable: runnable(analysis, origin, unsetVariables.length),
      });
    }
  }
  return { version, jobId: parsed.job?.ID ?? null, tasks, unsetVariables };
}

/** An error in another task does not keep this one from running; one outside all tasks does. */
function runnable(analysis: Analysis, origin: Origin, unset: number): Runnable {
  const { findings, source, isTemplate } = analysis;
  if (isTemplate) {
    const message = "This file is a template: render it first (Levant, Nomad Pack), then run the result.";
    return { kind: "no", message, code: "language/template-file", range: source.range(origin.span) };
  }
  const others = otherTasks(analysis, origin);
  const error = findings.find(
    ({ severity, code, span }) =>
      severity === "error" &&
      code !== "job/unset-variable" &&
      !others.some((other) => span.start >= other.wholeSpan.start && span.end <= other.wholeSpan.end),
  );
  if (error !== undefined) {
    return { kind: "no", message: error.message, code: error.code, range: error.source.range(error.span) };
  }
  return unset === 0 ? { kind: "yes" } : { kind: "needs-variables" };
}

function otherTasks({ parsed }: Analysis, origin: Origin): Origin[] {
  const others: Origin[] = [];
  for (const [groupIndex, group] of (parsed.job?.TaskGroups ?? []).entries()) {
    for (const taskIndex of (group.Tasks ?? []).keys()) {
      const other = parsed.origins.get(["TaskGroups", groupIndex, "Tasks", taskIndex]);
      if (other !== undefined && other !== origin) others.push(other);
    }
  }
  return others;
}
