// What the server makes of a canonical job before it checks it: names filled in, defaults of its own, and what Consul
// Connect adds. Source: Nomad nomad/structs (Canonicalize) and nomad/job_endpoint.go (the mutators).
import { canonicalize } from "../canonicalize.ts";
import { reschedule } from "../canonicalize/defaults.ts";
import { amount, block, blocks, copy, type Fields, indexed, isSet, text } from "../fields.ts";
import type { Job } from "../job.ts";
import type { JobPath } from "../origin.ts";
import { exposeChecks, joinConnect, type MutationError } from "./connectMutation.ts";
import type { PreparedGroup, PreparedTask, ServerFacts } from "./context.ts";
import { prepareService, prepareTask } from "./prepareTask.ts";

export interface Prepared {
  readonly job: Fields;
  readonly groups: readonly PreparedGroup[];
  readonly failure: MutationError | undefined;
}

/** Completes a job as the server does. The given job is not changed; indexes of lists stay as they are. */
export function prepare(parsed: Job, checks: ServerFacts["checks"]): Prepared {
  const job: Fields = canonicalize(parsed);
  if (text(job, "Namespace") === "") job["Namespace"] = "default";
  if (text(job, "NodePool") === "") job["NodePool"] = "default";
  if (amount(job, "Priority") === 0) job["Priority"] = 50;
  const parameterized = block(job, "ParameterizedJob");
  if (parameterized !== undefined && text(parameterized, "Payload") === "") parameterized["Payload"] = "optional";

  const groups: PreparedGroup[] = [];
  for (const [index, group] of indexed(job, "TaskGroups")) {
    groups.push(prepareGroup(group, ["TaskGroups", index], job));
  }
  const failure = checks === "local" ? undefined : (joinConnect(job, groups) ?? exposeChecks(groups));
  return { job, groups, failure };
}

function prepareGroup(group: Fields, path: JobPath, job: Fields): PreparedGroup & { tasks: PreparedTask[] } {
  const type = text(job, "Type");
  const name = text(group, "Name");
  if (!isSet(group, "ReschedulePolicy") && (type === "service" || type === "batch")) {
    group["ReschedulePolicy"] = copy(reschedule(type));
  }
  for (const service of blocks(group, "Services")) prepareService(service, job, name, "group");
  const tasks: PreparedTask[] = [];
  for (const [index, task] of indexed(group, "Tasks")) {
    prepareTask(task, job, name);
    tasks.push({ task, name: text(task, "Name"), path: [...path, "Tasks", index] });
  }
  return { group, name, path, tasks };
}
