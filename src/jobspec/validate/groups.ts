// One group with its tasks. Source: Nomad nomad/structs/structs.go, TaskGroup.Validate.
import { amount, block, type Fields, flag, isSet, text } from "../fields.ts";
import { requiredSignals } from "../constraints/implied.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import { checkAffinities, checkConstraints, checkSpreads } from "./constraints.ts";
import type { PreparedGroup, Validation } from "./context.ts";
import { checkGroupServices, checkScriptTasks } from "./groupServices.ts";
import { checkNetworks } from "./networks.ts";
import { checkDisconnect, checkMigrate, checkRestart, checkScaling, checkUpdate } from "./policies.ts";
import { checkReschedule } from "./reschedule.ts";
import { checkTask } from "./tasks.ts";
import { checkVolumes } from "./volumes.ts";

export function checkGroup(prepared: PreparedGroup, { job, type, server, error }: Validation): void {
  const { group, name, path, tasks } = prepared;
  if (name === "") error("group/name-missing", path, "Missing task group name");
  else if (name.includes("\0"))
    error("group/name-null-character", [...path, "Name"], "Task group name contains null character");
  if (amount(group, "Count") < 0)
    error("group/count-negative", [...path, "Count"], "Task group count can't be negative");
  if (tasks.length === 0) error("group/tasks-missing", path, "Missing tasks for task group");
  const disconnect = block(group, "Disconnect");
  if (disconnect !== undefined) checkDisconnect(disconnect, [...path, "Disconnect"], type, error);
  checkMaxRun(prepared, type, error);
  checkConstraints(group, path, "group", error);
  if (server.checks === "all") checkSignals(prepared, error);
  checkAffinities(group, path, type, error);
  const restart = block(group, "RestartPolicy");
  if (restart !== undefined) checkRestart(restart, [...path, "RestartPolicy"], error);
  checkSpreads(group, path, type, error);
  checkPolicies(prepared, type, error);
  checkTaskSet(prepared, error);
  checkVolumes(prepared, type, error);
  checkNetworks(prepared, error);
  checkGroupServices(prepared, error);
  checkScriptTasks(prepared, error);
  const scaling = block(group, "Scaling");
  if (scaling !== undefined) checkScaling(scaling, [...path, "Scaling"], group, job, error);
  for (const task of tasks) checkTask(task, prepared, type, error);
}

type Report = Validation["error"];

function checkMaxRun({ group, path }: PreparedGroup, type: string, error: Report): void {
  if (!isSet(group, "MaxRunDuration")) return;
  const place: JobPath = [...path, "MaxRunDuration"];
  if (amount(group, "MaxRunDuration") <= 0) {
    error("group/max-run-duration", place, "MaxRunDuration must be greater than zero");
  }
  if (type !== "batch" && type !== "sysbatch") {
    error("group/max-run-duration-job-type", place, `Job type ${quote(type)} does not allow max_run_duration`);
  }
}

/** The server adds a constraint on the signals that tasks send, and refuses it when the only one has no name. */
function checkSignals({ group, path }: PreparedGroup, error: Report): void {
  const { constraint, path: place } = [...requiredSignals(group, path)][0] ?? {};
  if (constraint?.RTarget === "" && place !== undefined)
    error("constraint/set-value-missing", place, "Set contains constraint requires an RTarget");
}

function checkPolicies({ group, path }: PreparedGroup, type: string, error: Report): void {
  const at = (name: string): [Fields | undefined, JobPath] => [block(group, name), [...path, name]];
  const [reschedule, reschedulePath] = at("ReschedulePolicy");
  if (reschedule !== undefined) {
    if (type === "system" || type === "sysbatch") {
      error("system/reschedule", reschedulePath, "System or sysbatch jobs should not have a reschedule policy");
    } else {
      checkReschedule(reschedule, reschedulePath, error);
    }
  } else if (type !== "system" && type !== "sysbatch") {
    error("group/reschedule-missing", path, `Task Group ${text(group, "Name")} should have a reschedule policy`);
  }
  const size = amount(block(group, "EphemeralDisk") ?? {}, "SizeMB");
  if (size < 10) error("disk/size", [...path, "EphemeralDisk", "SizeMB"], `minimum DiskMB value is 10; got ${size}`);
  const [update, updatePath] = at("Update");
  if (update !== undefined) {
    if (type !== "service" && type !== "system") {
      error("group/update-job-type", updatePath, `Job type ${quote(type)} does not allow update block`);
    }
    checkUpdate(update, updatePath, error);
  }
  const [migrate, migratePath] = at("Migrate");
  if (migrate === undefined) return;
  if (type === "service") checkMigrate(migrate, migratePath, error);
  else error("group/migrate-job-type", migratePath, `Job type ${quote(type)} does not allow migrate block`);
}

function checkTaskSet({ name: groupName, path, tasks }: PreparedGroup, error: Report): void {
  const seen = new Map<string, number>();
  for (const [index, { name, path: place }] of tasks.entries()) {
    const first = seen.get(name);
    if (name === "") error("task/name-missing", place, `Task ${index + 1} missing name`);
    else if (first === undefined) seen.set(name, index);
    else error("task/name-duplicate", place, `Task ${index + 1} redefines '${name}' from task ${first + 1}`);
  }
  const leaders = tasks.filter(({ task }) => flag(task, "Leader"));
  const second = leaders[1];
  if (second !== undefined) {
    error("group/leaders", [...second.path, "Leader"], "Only one task may be marked as leader");
  }
  const hasMain = tasks.some(({ task }) => text(block(task, "Lifecycle") ?? {}, "Hook") === "");
  if (tasks.length > 0 && !hasMain) {
    error("group/main-task-missing", path, `Task group ${groupName} must have at least one main task`);
  }
}
