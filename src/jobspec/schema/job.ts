// The job, its groups, and the blocks that only a job has.
import { ephemeralDisk, volume } from "./files.ts";
import { consul, groupSecret, groupVault, jobSecret, jobVault } from "./identity.ts";
import { network } from "./network.ts";
import { affinity, constraint, spread } from "./placement.ts";
import { groupScaling } from "./scaling.ts";
import { service } from "./service.ts";
import { disconnect, groupReschedule, jobReschedule, migrate, restart, update } from "./strategies.ts";
import { task, taskBody } from "./task.ts";
import { attribute, block, body, constant, label, partialBody, STRINGS, type BlockSchema } from "./types.ts";

const BATCH = ["batch", "sysbatch"] as const;

function meta(doc: string): BlockSchema {
  return block("meta", "Meta", STRINGS, doc, { alsoAttribute: true, page: "meta" });
}

export const group: BlockSchema = block(
  "group",
  "TaskGroups",
  body(
    "group",
    () => [
      attribute("count", "Count", "int?", "How many allocations of the group run.", { default: "1" }),
      constraint,
      affinity,
      task,
      spread,
      volume,
      restart,
      disconnect,
      groupReschedule,
      ephemeralDisk,
      update,
      migrate,
      network,
      meta("Metadata for all tasks of the group."),
      service,
      attribute(
        "shutdown_delay",
        "ShutdownDelay",
        "duration?",
        "How long to wait before the group's tasks are stopped.",
      ),
      attribute("max_run_duration", "MaxRunDuration", "duration?", "When a run is stopped as failed.", {
        jobTypes: BATCH,
      }),
      attribute(
        "stop_after_client_disconnect",
        "StopAfterClientDisconnect",
        "duration?",
        "Ignored since Nomad 1.10: when a client without servers stops the tasks.",
        {
          deprecated: { since: "1.8", use: "`stop_on_client_after` of `disconnect`" },
        },
      ),
      attribute(
        "max_client_disconnect",
        "MaxClientDisconnect",
        "duration?",
        "Ignored since Nomad 1.10: how long a client may be away.",
        {
          deprecated: { since: "1.8", use: "`lost_after` of `disconnect`" },
        },
      ),
      groupScaling,
      consul,
      attribute(
        "prevent_reschedule_on_lost",
        "PreventRescheduleOnLost",
        "bool?",
        "Ignored since Nomad 1.10: do not replace allocations of lost clients.",
        {
          deprecated: { since: "1.8", use: "`replace` of `disconnect`" },
        },
      ),
      groupVault,
      groupSecret,
    ],
    "group",
  ),
  "Tasks that always run together on one node.",
  { labels: [label("name", "Name", "The group's name, unique in the job.")], occurs: "many", page: "group" },
);

/** What Nomad looks at first in a group. With a mistake in its labels it does not go on. */
export const groupFirst = partialBody("group", () => [groupVault, groupSecret]);

const periodic = block(
  "periodic",
  "Periodic",
  body(
    "periodic",
    () => [
      attribute("enabled", "Enabled", "bool?", "The job is launched by time.", { default: "true" }),
      attribute("cron", "Spec", "string?", "When, as a cron expression.", {
        deprecated: { since: "1.6.2", use: "`crons`" },
      }),
      attribute("crons", "Specs", "list(string)", "When, as cron expressions.", { since: "1.6.2" }),
      constant("SpecType", null, "string"),
      attribute("prohibit_overlap", "ProhibitOverlap", "bool?", "Do not launch while the last run is not over.", {
        default: "false",
      }),
      attribute("time_zone", "TimeZone", "string?", "The time zone of the expressions.", { default: '"UTC"' }),
    ],
    "periodic",
  ),
  "Launches the job at fixed times.",
  { page: "periodic", jobTypes: BATCH },
);

const parameterized = block(
  "parameterized",
  "ParameterizedJob",
  body("parameterized", () => [
    attribute("payload", "Payload", "string", "Whether a dispatch brings a payload.", {
      default: '"optional"',
      values: ["optional", "required", "forbidden"],
    }),
    attribute("meta_required", "MetaRequired", "list(string)", "Metadata keys that a dispatch must bring."),
    attribute("meta_optional", "MetaOptional", "list(string)", "Metadata keys that a dispatch may bring."),
  ]),
  "Makes the job a function that is dispatched with arguments.",
  { page: "parameterized", jobTypes: BATCH },
);

const multiregion = block(
  "multiregion",
  "Multiregion",
  body("multiregion", () => [
    block(
      "strategy",
      "Strategy",
      body("multiregion", () => [
        attribute("max_parallel", "MaxParallel", "int?", "How many regions are deployed to at once; 0 = all."),
        attribute("on_failure", "OnFailure", "string?", "What a failing region does to the others.", {
          values: ["fail_all", "fail_local"],
        }),
      ]),
      "The order of the regions' deployments.",
    ),
    block(
      "region",
      "Regions",
      body("multiregion", () => [
        attribute("count", "Count", "int?", "The count of groups that have count 0."),
        attribute("datacenters", "Datacenters", "list(string)", "The region's datacenters."),
        attribute("node_pool", "NodePool", "string", "The region's node pool.", { since: "1.6" }),
        block("meta", "Meta", STRINGS, "Metadata for the region."),
      ]),
      "A region to deploy to.",
      { labels: [label("name", "Name", "The region's name.", { tag: "" })], occurs: "many" },
    ),
  ]),
  "Deploys the job to several regions.",
  { page: "multiregion", enterprise: true },
);

const ui = block(
  "ui",
  "UI",
  body("ui", () => [
    attribute("description", "Description", "string", "Text for the job's page, in Markdown."),
    block(
      "link",
      "Links",
      body("ui", () => [
        attribute("label", "Label", "string", "The link's text."),
        attribute("url", "URL", "string", "The link's address."),
      ]),
      "A link on the job's page.",
      { occurs: "many" },
    ),
  ]),
  "What the web interface shows about the job.",
  { page: "ui", since: "1.8" },
);

export const job: BlockSchema = block(
  "job",
  "Job",
  body(
    "job",
    () => [
      attribute("region", "Region", "string?", "The region that runs the job.", { default: '"global"' }),
      attribute("namespace", "Namespace", "string?", "The namespace that the job lives in.", { default: '"default"' }),
      attribute("id", "ID", "string?", "The job's id; the label by default."),
      attribute("name", "Name", "string?", "The job's display name; the label by default."),
      attribute("type", "Type", "string?", "The scheduler that places the job.", {
        default: '"service"',
        values: ["service", "batch", "system", "sysbatch"],
      }),
      attribute("priority", "Priority", "int?", "Which job goes first when resources are short, 1 to 100.", {
        default: "50",
      }),
      attribute("all_at_once", "AllAtOnce", "bool?", "Place all groups or none.", { default: "false" }),
      attribute("datacenters", "Datacenters", "list(string)", "Datacenters to run in; `*` matches any text.", {
        default: '["*"]',
      }),
      attribute("node_pool", "NodePool", "string?", "The pool of nodes to run on.", {
        default: '"default"',
        since: "1.6",
      }),
      constraint,
      affinity,
      group,
      update,
      multiregion,
      spread,
      periodic,
      parameterized,
      jobReschedule,
      migrate,
      meta("Metadata for all tasks of the job."),
      ui,
      constant("Stop", null, "bool"),
      constant("ParentID", null, "string"),
      constant("Dispatched", false, "bool"),
      constant("DispatchIdempotencyToken", null, "string"),
      constant("Payload", null, "bytes"),
      constant("ConsulNamespace", null, "string"),
      constant("VaultNamespace", null, "string"),
      constant("NomadTokenID", null, "string"),
      constant("Status", null, "string"),
      constant("StatusDescription", null, "string"),
      constant("Stable", null, "bool"),
      constant("Version", null, "uint64"),
      constant("SubmitTime", null, "int"),
      constant("CreateIndex", null, "uint64"),
      constant("ModifyIndex", null, "uint64"),
      constant("JobModifyIndex", null, "uint64"),
      constant("VersionTag", null, "object"),
      jobVault,
      jobSecret,
      block("task", "Tasks", taskBody, "A task in a group of its own, which has the task's name.", {
        passesOn: true,
        labels: [label("name", "Name", "The name of the task and of its group.")],
        occurs: "many",
        page: "task",
      }),
    ],
    "job",
  ),
  "The job that this file describes.",
  { labels: [label("id", undefined, "The job's id and name.")], page: "job", required: true },
);
