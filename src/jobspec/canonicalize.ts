// Fills in everything that a job leaves out, as the server's parse call does with `Canonicalize: true`.
// Datacenters, node pool and the like stay empty there: the server adds those when the job is registered.
// Source: Nomad api/jobs.go and api/tasks.go, Canonicalize; recorded in golden/jobspec/canonical.jsonl.
import {
  EPHEMERAL_DISK,
  JOB,
  MIGRATE,
  PERIODIC,
  reschedule,
  restart,
  UPDATE,
  WEIGHT,
} from "./canonicalize/defaults.ts";
import {
  block,
  blocks,
  copy,
  dropEmpty,
  inherit,
  isFields,
  merge,
  setDefaults,
  setEmpty,
  type Fields,
} from "./fields.ts";
import { canonicalizeService } from "./canonicalize/service.ts";
import { canonicalizeTask } from "./canonicalize/task.ts";
import type { Job } from "./job.ts";

/** The canonical form of a job, as a new object; the given one is not changed. Canonicalising twice changes nothing. */
export function canonicalize(job: Job): Job {
  const result = copy(job) as Job & Fields;
  setDefaults(result, { ID: "", ...JOB });
  setDefaults(result, { Name: result.ID });
  const type = result.Type ?? "service";
  const periodic = block(result, "Periodic");
  if (periodic !== undefined) {
    setDefaults(periodic, PERIODIC);
    setEmpty(periodic, { TimeZone: "UTC" });
  }
  const update = block(result, "Update");
  if (update !== undefined) setDefaults(update, UPDATE);
  else if (type === "service" || type === "system") result["Update"] = copy(UPDATE);
  const multiregion = block(result, "Multiregion");
  if (multiregion !== undefined) canonicalizeMultiregion(multiregion);
  for (const group of blocks(result, "TaskGroups")) canonicalizeGroup(group, result, type);
  for (const name of ["Spreads", "Affinities"]) {
    for (const item of blocks(result, name)) setDefaults(item, WEIGHT);
  }
  const ui = block(result, "UI");
  if (ui !== undefined) dropEmpty(ui, ["Links"]);
  return result;
}

function canonicalizeMultiregion(multiregion: Fields): void {
  if (!isFields(multiregion["Strategy"])) multiregion["Strategy"] = { MaxParallel: null, OnFailure: null };
  setDefaults(multiregion["Strategy"] as Fields, { MaxParallel: 0, OnFailure: "" });
  setDefaults(multiregion, { Regions: [] });
  for (const region of blocks(multiregion, "Regions")) setDefaults(region, { Count: 1, Datacenters: [], Meta: {} });
}

function canonicalizeGroup(group: Fields, job: Job & Fields, type: string): void {
  const scaling = block(group, "Scaling");
  setDefaults(group, { Name: "", Count: scaling?.["Min"] ?? 1 });
  if (scaling !== undefined) {
    setDefaults(scaling, { Enabled: true, Min: group["Count"] });
    setEmpty(scaling, { Type: "horizontal" });
  }
  if (!isFields(group["EphemeralDisk"])) group["EphemeralDisk"] = copy(EPHEMERAL_DISK);
  setDefaults(group["EphemeralDisk"] as Fields, EPHEMERAL_DISK);
  const consul = block(group, "Consul");
  if (consul !== undefined) {
    setEmpty(consul, { Namespace: (job["ConsulNamespace"] as string | null) ?? "", Cluster: "default" });
  }

  group["Update"] = groupUpdate(block(job, "Update"), block(group, "Update"));
  group["ReschedulePolicy"] = groupReschedule(block(job, "Reschedule"), block(group, "ReschedulePolicy"), type);
  group["Migrate"] = groupMigrate(block(job, "Migrate"), block(group, "Migrate"), type);
  const restartPolicy = merge(restart(type), block(group, "RestartPolicy") ?? {});
  group["RestartPolicy"] = restartPolicy;

  const prefix = `${String(job.Name)}-${String(group["Name"])}`;
  for (const task of blocks(group, "Tasks")) canonicalizeTask(task, restartPolicy, prefix);
  for (const name of ["Spreads", "Affinities"]) {
    for (const item of blocks(group, name)) setDefaults(item, WEIGHT);
  }
  for (const service of blocks(group, "Services")) canonicalizeService(service, prefix);
  const disconnect = block(group, "Disconnect");
  if (disconnect !== undefined) setDefaults(disconnect, { Replace: true, Reconcile: "best_score" });
}

/** A job's update block in which nothing but zeros is set is not inherited. */
function groupUpdate(jobUpdate: Fields | undefined, own: Fields | undefined): Fields | null {
  const isEmpty = own === undefined && jobUpdate !== undefined && Object.values(jobUpdate).every((value) => !value);
  const update = inherit(isEmpty ? undefined : jobUpdate, own);
  if (update !== null) setDefaults(update, UPDATE);
  return update;
}

function groupReschedule(jobPolicy: Fields | undefined, own: Fields | undefined, type: string): Fields | null {
  const policy = inherit(jobPolicy, own) ?? (type === "sysbatch" || type === "system" ? null : {});
  if (policy !== null) setDefaults(policy, reschedule(type));
  return policy;
}

function groupMigrate(jobStrategy: Fields | undefined, own: Fields | undefined, type: string): Fields | null {
  const strategy = inherit(jobStrategy, own) ?? (type === "service" ? {} : null);
  if (strategy !== null) setDefaults(strategy, MIGRATE);
  return strategy;
}
