// What the server accepts and warns of. Source: Nomad nomad/structs/structs.go (Warnings), workload_id.go.
import { amount, block, blocks, type Fields, flag, indexed, isSet, text } from "../fields.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, Reporter, Validation } from "./context.ts";
import { identitiesOf, warnOfIdentity } from "./secrets.ts";

export function warnOfJob({ job, groups, warn }: Validation): void {
  for (const prepared of groups) {
    warnOfGroup(prepared, warn);
    for (const task of prepared.tasks) warnOfTask(task, warn);
  }
  for (const prepared of groups) warnOfShutdown(prepared, warn);
  warnOfPromotion(groups, warn);
  const periodic = block(job, "Periodic");
  if (periodic !== undefined && text(periodic, "Spec") !== "") {
    warn("periodic/cron-deprecated", ["Periodic", "Spec"], "cron is deprecated");
  }
}

function warnOfGroup({ group, path }: PreparedGroup, warn: Reporter): void {
  const count = amount(group, "Count");
  const parallel = amount(block(group, "Update") ?? {}, "MaxParallel");
  if (count > 1 && parallel > count) {
    const words = `Update max parallel count is greater than task group count (${parallel} > ${count})`;
    warn("group/max-parallel", [...path, "Update", "MaxParallel"], words);
  }
  const network = blocks(group, "Networks")[0];
  if (network !== undefined && amount(network, "MBits") > 0) {
    warn("group/mbits-deprecated", [...path, "Networks", 0, "MBits"], "mbits has been deprecated as of Nomad 0.12.0");
  }
  warnOfServices(group, path, warn);
}

function warnOfServices(owner: Fields, path: JobPath, warn: Reporter): void {
  for (const [index, service] of indexed(owner, "Services")) {
    const identity = block(service, "Identity");
    if (identity === undefined) continue;
    const place: JobPath = [...path, "Services", index, "Identity"];
    warnOfIdentity({ identity, path: place }, `Service ${quote(text(service, "Name"))}:`, warn);
  }
}

function warnOfTask(prepared: PreparedGroup["tasks"][number], warn: Reporter): void {
  const { task, path } = prepared;
  const resources = block(task, "Resources") ?? {};
  if (amount(resources, "IOPS") !== 0) {
    warn("task/iops-deprecated", [...path, "Resources", "IOPS"], "IOPS has been deprecated as of Nomad 0.9.0");
  }
  if (blocks(resources, "Networks").length > 0) {
    const words = "task network resources have been deprecated as of Nomad 0.12.0";
    warn("task/networks-deprecated", [...path, "Resources", "Networks", 0], words);
  }
  for (const [index, template] of indexed(task, "Templates")) {
    if (amount(template, "VaultGrace") === 0) continue;
    const words = `Template[${index}] VaultGrace has been deprecated as of Nomad 0.11`;
    warn("template/vault-grace-deprecated", [...path, "Templates", index, "VaultGrace"], words);
  }
  warnOfServices(task, path, warn);
  for (const placed of identitiesOf(prepared).others) {
    warnOfIdentity(placed, `Identity[${text(placed.identity, "Name")}]`, warn);
  }
}

/** Services that are still listed while their tasks stop. */
function warnOfShutdown({ group, name, path, tasks }: PreparedGroup, warn: Reporter): void {
  const referenced = new Set<string>();
  let unscoped: JobPath | undefined;
  for (const [index, service] of indexed(group, "Services")) {
    const owner = text(service, "TaskName");
    const place: JobPath = [...path, "Services", index];
    const sidecar = block(block(service, "Connect") ?? {}, "SidecarTask");
    if (owner !== "") {
      referenced.add(owner);
    } else if (sidecar === undefined) {
      unscoped ??= place;
    } else if (!isSet(sidecar, "ShutdownDelay")) {
      const words = `service ${quote(text(service, "Name"))} defines a sidecar task without shutdown_delay`;
      warn("service/shutdown-delay-sidecar", [...place, "Connect", "SidecarTask"], words);
    }
  }
  for (const { task, name: taskName, path: taskPath } of tasks) {
    const delay = amount(task, "ShutdownDelay");
    if (referenced.has(taskName) && delay === 0) {
      const words = `a service of group ${quote(name)} belongs to task ${quote(taskName)}, which has no shutdown_delay set`;
      warn("service/shutdown-delay-referenced-task", taskPath, words);
    }
    if (delay <= 0 && blocks(task, "Services").length > 0) {
      const words = `task ${quote(taskName)} in group ${quote(name)} defines services, but has no shutdown_delay set`;
      warn("service/shutdown-delay-task", taskPath, words);
    }
  }
  const delayed = amount(group, "ShutdownDelay") > 0 || tasks.some(({ task }) => amount(task, "ShutdownDelay") > 0);
  if (unscoped !== undefined && !delayed) {
    const words = `group ${quote(name)} defines services, but has no shutdown_delay set, nor has any of its tasks`;
    warn("service/shutdown-delay-group", unscoped, words);
  }
}

function warnOfPromotion(groups: readonly PreparedGroup[], warn: Reporter): void {
  const updates = groups.flatMap(({ group, path }) => {
    const update = block(group, "Update");
    return update === undefined ? [] : [{ update, path }];
  });
  const promotes = updates.some(({ update }) => flag(update, "AutoPromote"));
  const waiting = updates.find(({ update }) => amount(update, "Canary") !== 0 && !flag(update, "AutoPromote"));
  if (!promotes || waiting === undefined) return;
  const words = "auto_promote must be true for all groups to enable automatic promotion";
  warn("group/auto-promote-mixed", [...waiting.path, "Update"], words);
}
