// The runtime names that exist for the task at a place of the file: its ports, its metadata, and what every task has.
import { taskEnvironment, taskPlace } from "../lint/taskEnvironment.ts";
import type { Analysis } from "./analysis.ts";

/** Names of the environment, sorted; empty outside of tasks. */
export function runtimeNamesAt({ parsed }: Analysis, offset: number): string[] {
  const { job, origins } = parsed;
  for (const [groupIndex, group] of (job?.TaskGroups ?? []).entries()) {
    for (const [taskIndex, task] of (group.Tasks ?? []).entries()) {
      const whole = origins.get(["TaskGroups", groupIndex, "Tasks", taskIndex])?.wholeSpan;
      if (job === undefined || whole === undefined || offset < whole.start || offset > whole.end) continue;
      const names = Object.keys(taskEnvironment(job, group, task, taskPlace(task)));
      return names.filter((name) => name.startsWith("NOMAD_")).sort();
    }
  }
  return [];
}
