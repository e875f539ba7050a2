// Which part of a job runs on this machine: one group, or one task of it.
import { ProblemError } from "../base/result.ts";
import type { Job, TaskGroup } from "../jobspec/job.ts";

export interface Choice {
  readonly group: string | undefined;
  /** Only this task of the group. */
  readonly task: string | undefined;
}

/**
 * The group that was named, the one with the named task, or the only one with a qemu task; with the job reduced to the
 * chosen task. @throws ProblemError when there is none, or several
 */
export function chooseGroup(job: Job, { group: name, task }: Choice): { readonly job: Job; readonly group: TaskGroup } {
  const withVm = (job.TaskGroups ?? []).filter(
    (group) => group.Tasks?.some(({ Driver }) => Driver === "qemu") === true,
  );
  const matching = withVm
    .filter((group) => name === undefined || group.Name === name)
    .filter((group) => task === undefined || group.Tasks?.some((candidate) => candidate.Name === task) === true);
  const [only] = matching;
  if (only !== undefined && matching.length === 1)
    return task === undefined ? { job, group: only } : reduced(job, only, task);
  if (withVm.length === 0) {
    throw new ProblemError({
      code: "no-qemu-task",
      what: 'This job has no task with driver = "qemu"',
      where: job.ID ?? "",
      next: "Only such tasks run on this machine; others need a Nomad cluster.",
    });
  }
  const inGroups = withVm.filter((group) => name === undefined || group.Name === name);
  if (task !== undefined && matching.length === 0 && inGroups.length > 0) {
    const tasks = inGroups.flatMap((group) => (group.Tasks ?? []).map(({ Name }) => Name));
    throw new ProblemError({
      code: "which-task",
      what: `No task of this job is called ${JSON.stringify(task)}`,
      where: job.ID ?? "",
      next: `Name one with -task: ${tasks.join(", ")}.`,
    });
  }
  throw new ProblemError({
    code: "which-group",
    what: matching.length === 0 ? "No group of this job matches" : "This job has several groups",
    where: job.ID ?? "",
    next: `Name one with -group: ${withVm.map((group) => group.Name ?? "").join(", ")}.`,
  });
}

function reduced(job: Job, group: TaskGroup, task: string): { job: Job; group: TaskGroup } {
  const alone = { ...group, Tasks: (group.Tasks ?? []).filter(({ Name }) => Name === task) };
  return {
    job: { ...job, TaskGroups: (job.TaskGroups ?? []).map((each) => (each === group ? alone : each)) },
    group: alone,
  };
}
