// What is refused before an allocation exists: jobs that this machine cannot run as they are meant.
import os from "node:os";
import { goQuote } from "../base/goQuote.ts";
import type { Problem } from "../base/result.ts";
import type { Job, Task, TaskGroup } from "../jobspec/job.ts";
import { templateRefusal } from "./templates.ts";

const DRIVER = "qemu";

/** The group to run, or why it cannot be. */
export type Admission = { readonly group: TaskGroup } | { readonly problem: Problem };

export function admit(job: Job, groupName: string): Admission {
  const groups = job.TaskGroups ?? [];
  const group = groups.find(({ Name }) => Name === groupName);
  if (group === undefined)
    return {
      problem: {
        code: "group-not-found",
        what: `The job has no group ${goQuote(groupName)}`,
        where: job.ID ?? "",
        next: `Its groups are: ${groups.map(({ Name }) => Name).join(", ")}.`,
      },
    };
  const problem =
    noTasks(job, group) ?? networkRefusal(group) ?? firstProblem((group.Tasks ?? []).map((task) => taskRefusal(task)));
  return problem === undefined ? { group } : { problem };
}

function firstProblem(problems: readonly (Problem | undefined)[]): Problem | undefined {
  return problems.find((problem) => problem !== undefined);
}

function noTasks(job: Job, group: TaskGroup): Problem | undefined {
  if ((group.Tasks ?? []).length > 0) return undefined;
  return { code: "no-tasks", what: `Group ${goQuote(group.Name ?? "")} has no tasks`, where: job.ID ?? "" };
}

/** Modes of a group's network that need Nomad's network namespaces. */
function networkRefusal(group: TaskGroup): Problem | undefined {
  const mode = group.Networks?.[0]?.Mode ?? "";
  if (mode === "" || mode === "host") return undefined;
  return {
    code: "network-mode-unsupported",
    what: `Network mode ${goQuote(mode)} is not possible on this machine`,
    where: `group ${goQuote(group.Name ?? "")}`,
    why: "It needs a network namespace and CNI plugins, which a Nomad client with root's rights sets up. A VM started without them would use other ports than the job says.",
    next: 'Use mode = "host" for local runs; a variable of the job file can choose between the two.',
  };
}

function taskRefusal(task: Task): Problem | undefined {
  const where = `task ${goQuote(task.Name)}`;
  if (task.Driver !== DRIVER)
    return {
      code: "driver-unsupported",
      what: `Task ${goQuote(task.Name)} uses the driver ${goQuote(task.Driver)}, the local runner has only qemu`,
      where,
      next: "Run a group whose tasks all use qemu, or send the job to a Nomad cluster.",
    };
  // Nomad: structs, Task.Validate, and client/allocdir: a task's folder lies beside the shared one.
  if (/[\\/\0]/.test(task.Name) || ["", ".", "..", "alloc"].includes(task.Name))
    return {
      code: "task-name-invalid",
      what: `${goQuote(task.Name)} cannot be a task's name`,
      where,
      why: "The task's directory gets this name, beside one that is called alloc.",
      next: "Choose another name, without slashes.",
    };
  if (task.KillSignal !== "" && !Object.hasOwn(os.constants.signals, task.KillSignal))
    return {
      code: "unknown-signal",
      what: `kill_signal ${goQuote(task.KillSignal)} is no signal of this machine`,
      where,
      why: "Nomad would not place the task: signals are named in upper case, as in attr.os.signals.",
      next: "Correct kill_signal, for example to SIGINT.",
    };
  return templateRefusal(task);
}
