// The job itself, before and after its groups. Source: Nomad nomad/structs/structs.go, Job.Validate; job_endpoint_hooks.go.
import { amount, block, blocks, flag, isSet, text, texts } from "../fields.ts";
import { cronProblem } from "../cron.ts";
import { compareText, quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import { checkAffinities, checkConstraints, checkSpreads } from "./constraints.ts";
import type { Validation } from "./context.ts";
import { checkGroup } from "./groups.ts";

/** Nomad's own jobs. */
const CORE = "_core";
const TYPES = [CORE, "service", "batch", "system", "sysbatch"];
const MAX_DESCRIPTION_BYTES = 1000;

export function checkJob(validation: Validation): void {
  const { job, type, groups, server, error } = validation;
  checkIdentity(validation);
  if (type === "") error("job/type-missing", ["Type"], "Missing job type");
  else if (!TYPES.includes(type)) error("job/type-invalid", ["Type"], `Invalid job type: ${quote(type)}`);
  for (const [index, datacenter] of texts(job, "Datacenters").entries()) {
    if (datacenter === "")
      error("job/datacenter-empty", ["Datacenters", index], "Job datacenter must be non-empty string");
  }
  if (groups.length === 0) error("job/groups-missing", [], "Missing job task groups");
  checkConstraints(job, [], "job", error);
  checkAffinities(job, [], type, error);
  checkSpreads(job, [], type, error);
  checkDescriptions(validation);
  checkGroupSet(validation);
  for (const group of groups) checkGroup(group, validation);
  checkPeriodic(validation);
  checkParameterized(validation);
  if (blocks(block(job, "Multiregion") ?? {}, "Regions").length > 0 && server.edition === "community") {
    error("job/multiregion", ["Multiregion"], "Multiregion jobs are unlicensed.");
  }
}

function checkIdentity({ job, error }: Validation): void {
  const [id, name] = [text(job, "ID"), text(job, "Name")];
  if (text(job, "Region") === "" && !isSet(job, "Multiregion"))
    error("job/region-missing", ["Region"], "Missing job region");
  if (id === "") error("job/id-missing", ["ID"], "Missing job ID");
  else if (id.includes(" ")) error("job/id-space", ["ID"], "Job ID contains a space");
  else if (id.includes("\0")) error("job/id-null-character", ["ID"], "Job ID contains a null character");
  if (name === "") error("job/name-missing", ["Name"], "Missing job name");
  else if (name.includes("\0")) error("job/name-null-character", ["Name"], "Job Name contains a null character");
}

function checkDescriptions({ job, error }: Validation): void {
  const length = (name: string): number => Buffer.byteLength(text(block(job, name) ?? {}, "Description"));
  const [ui, tag] = [length("UI"), length("VersionTag")];
  if (ui > MAX_DESCRIPTION_BYTES) {
    const words = `UI description must be under 1000 characters, currently ${ui}`;
    error("job/ui-description-long", ["UI", "Description"], words);
  }
  if (tag > MAX_DESCRIPTION_BYTES) {
    const words = `Tagged version description must be under 1000 characters, currently ${tag}`;
    error("job/version-tag-long", ["VersionTag", "Description"], words);
  }
}

function checkGroupSet({ type, groups, error }: Validation): void {
  const seen = new Map<string, number>();
  for (const [index, { group, name, path }] of groups.entries()) {
    const first = seen.get(name);
    const count = amount(group, "Count");
    if (name === "") error("group/name-missing", path, `Job task group ${index + 1} missing name`);
    else if (first === undefined) seen.set(name, index);
    else error("group/name-duplicate", path, `Job task group ${index + 1} redefines '${name}' from group ${first + 1}`);
    if (amount(group, "ShutdownDelay") < 0) {
      error("group/shutdown-delay-negative", [...path, "ShutdownDelay"], "ShutdownDelay must be a positive value");
    }
    if (type === "system" && count > 1) {
      const words = `Job task group ${name} has count ${count}. Count cannot exceed 1 with system scheduler`;
      error("system/count", [...path, "Count"], words);
    }
  }
}

const isBatch = (type: string): boolean => type === "batch" || type === "sysbatch";

function checkPeriodic({ job, type, error }: Validation): void {
  const periodic = block(job, "Periodic");
  if (periodic === undefined || !flag(periodic, "Enabled")) return;
  const at = (field: string): JobPath => ["Periodic", field];
  if (!isBatch(type)) {
    error("periodic/job-type", ["Periodic"], 'Periodic can only be used with "batch" or "sysbatch" scheduler');
  }
  const spec = text(periodic, "Spec");
  const specs = texts(periodic, "Specs");
  const zone = text(periodic, "TimeZone");
  const specType = text(periodic, "SpecType");
  if (spec !== "" && specs.length > 0) error("periodic/cron-and-crons", at("Spec"), "Only cron or crons may be used");
  if (spec === "" && specs.length === 0) error("periodic/spec-missing", ["Periodic"], "Must specify a spec");
  if (!isTimeZone(zone))
    error("periodic/time-zone", at("TimeZone"), `Invalid time zone ${quote(zone)}: unknown time zone ${zone}`);
  if (specType === "cron") {
    const placed: [string, JobPath][] = specs.map((each, index) => [each, ["Periodic", "Specs", index]]);
    if (spec !== "") placed.unshift([spec, at("Spec")]);
    for (const [each, place] of placed) {
      const problem = cronProblem(each);
      if (problem !== undefined) error("periodic/cron", place, `Invalid cron spec ${quote(each)}: ${problem}`);
    }
  } else if (specType !== "_internal_test") {
    error("periodic/spec-type", at("SpecType"), `Unknown periodic specification type ${quote(specType)}`);
  }
}

/** Go's time.LoadLocation: names of the time zone database, letter case included. */
function isTimeZone(name: string): boolean {
  if (name === "" || name === "UTC" || name === "Local") return true;
  if (!/^[A-Z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function checkParameterized({ job, type, error }: Validation): void {
  const config = block(job, "ParameterizedJob");
  if (config === undefined) return;
  if (!isBatch(type)) {
    const words = 'Parameterized job can only be used with "batch" or "sysbatch" scheduler';
    error("parameterized/job-type", ["ParameterizedJob"], words);
  }
  const payload = text(config, "Payload");
  if (!["optional", "required", "forbidden"].includes(payload)) {
    error("parameterized/payload", ["ParameterizedJob", "Payload"], `Unknown payload requirement: ${quote(payload)}`);
  }
  const required = new Set(texts(config, "MetaRequired"));
  const both = [...new Set(texts(config, "MetaOptional"))].filter((key) => required.has(key)).sort(compareText);
  if (both.length > 0) {
    const words = `Required and optional meta keys should be disjoint. Following keys exist in both: [${both.join(" ")}]`;
    error("parameterized/meta-overlap", ["ParameterizedJob", "MetaOptional"], words);
  }
}

/** What only a server checks, from its own settings. */
export function checkLimits({ job, type, groups, server, error }: Validation): void {
  if (type === CORE) error("job/type-core", ["Type"], "job type cannot be core");
  if (text(job, "Payload") !== "")
    error("job/payload", ["Payload"], "job can't be submitted with a payload, only dispatched");
  const priority = amount(job, "Priority");
  if (priority < 1 || priority > server.maxPriority) {
    error("job/priority", ["Priority"], `job priority must be between [1, ${server.maxPriority}]`);
  }
  const total = groups.reduce((sum, { group }) => sum + amount(group, "Count"), 0);
  if (server.maxCount > 0 && total > server.maxCount) {
    const words = `total count was greater than configured job_max_count: ${total} > ${server.maxCount}`;
    error("job/count-total", [], words);
  }
}
