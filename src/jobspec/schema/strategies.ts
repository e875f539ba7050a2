// What happens when allocations fail, move or change: restart, reschedule, disconnect, update, migrate.
import { attribute, block, body, type BlockSchema, type BodySchema } from "./types.ts";

const restartBody: BodySchema = body("restart", () => [
  attribute("interval", "Interval", "duration?", "The window in which `attempts` restarts are allowed.", {
    default: '"30m" (service, system), "24h" (batch, sysbatch)',
  }),
  attribute("attempts", "Attempts", "int?", "How many restarts are allowed in one interval.", {
    default: "2 (service, system), 3 (batch, sysbatch)",
  }),
  attribute("delay", "Delay", "duration?", "How long to wait before a restart; up to a quarter is added at random.", {
    default: '"15s"',
  }),
  attribute("mode", "Mode", "string?", "What follows when the attempts are used up.", {
    default: '"fail"',
    values: ["fail", "delay"],
  }),
  attribute("render_templates", "RenderTemplates", "bool?", "Render the task's templates again before a restart.", {
    default: "false",
    since: "1.6.2",
  }),
]);

export const restart: BlockSchema = block(
  "restart",
  "RestartPolicy",
  restartBody,
  "How often the client restarts a task on the same node.",
  { page: "restart" },
);

const rescheduleBody: BodySchema = body("reschedule", () => [
  attribute("attempts", "Attempts", "int?", "How often a failed allocation is placed anew in one interval.", {
    default: "0 (service), 1 (batch)",
  }),
  attribute("interval", "Interval", "duration?", "The window for `attempts`.", {
    default: '"0s" (service), "24h" (batch)',
  }),
  attribute("delay", "Delay", "duration?", "How long to wait before the first rescheduling.", {
    default: '"30s" (service), "5s" (batch)',
  }),
  attribute("delay_function", "DelayFunction", "string?", "How the delay grows from one attempt to the next.", {
    default: '"exponential" (service), "constant" (batch)',
    values: ["constant", "exponential", "fibonacci"],
  }),
  attribute("max_delay", "MaxDelay", "duration?", "The longest delay.", { default: '"1h" (service), "0s" (batch)' }),
  attribute("unlimited", "Unlimited", "bool?", "Reschedule for ever; `attempts` and `interval` do not count.", {
    default: "true (service), false (batch)",
  }),
]);

function reschedule(field: string): BlockSchema {
  return block("reschedule", field, rescheduleBody, "How a failed allocation is placed on another node.", {
    page: "reschedule",
    jobTypes: ["service", "batch"],
  });
}
export const jobReschedule = reschedule("Reschedule");
export const groupReschedule = reschedule("ReschedulePolicy");

export const disconnect: BlockSchema = block(
  "disconnect",
  "Disconnect",
  body("disconnect", () => [
    attribute("lost_after", "LostAfter", "duration?", "How long a client may be away before its allocations are lost."),
    attribute(
      "stop_on_client_after",
      "StopOnClientAfter",
      "duration?",
      "When a client without servers stops the tasks.",
    ),
    attribute("replace", "Replace", "bool?", "Place a replacement while the client is away.", { default: "true" }),
    attribute("reconcile", "Reconcile", "string?", "Which allocation is kept when the client comes back.", {
      default: '"best_score"',
      values: ["best_score", "keep_original", "keep_replacement", "longest_running"],
    }),
  ]),
  "What happens to the group's allocations while their client is disconnected.",
  { page: "disconnect", since: "1.8" },
);

export const update: BlockSchema = block(
  "update",
  "Update",
  body("update", () => [
    attribute("stagger", "Stagger", "duration?", "Pause between two batches of updates of a system job.", {
      default: '"30s"',
    }),
    attribute("max_parallel", "MaxParallel", "int?", "How many allocations change at the same time; 0 = all at once.", {
      default: "1",
    }),
    attribute("health_check", "HealthCheck", "string?", "What makes an allocation healthy.", {
      default: '"checks"',
      values: ["checks", "task_states", "manual"],
    }),
    attribute("min_healthy_time", "MinHealthyTime", "duration?", "How long it must stay healthy to count.", {
      default: '"10s"',
    }),
    attribute(
      "healthy_deadline",
      "HealthyDeadline",
      "duration?",
      "When an allocation that is not healthy has failed.",
      {
        default: '"5m"',
      },
    ),
    attribute("progress_deadline", "ProgressDeadline", "duration?", "When a deployment without progress has failed.", {
      default: '"10m"',
    }),
    attribute("canary", "Canary", "int?", "How many allocations of the new version run beside the old ones first.", {
      default: "0",
    }),
    attribute("auto_revert", "AutoRevert", "bool?", "Go back to the last stable version when the deployment fails.", {
      default: "false",
    }),
    attribute("auto_promote", "AutoPromote", "bool?", "Promote by itself once all canaries are healthy.", {
      default: "false",
    }),
  ]),
  "How a new version of the job replaces the running one.",
  { page: "update", jobTypes: ["service", "system"] },
);

export const migrate: BlockSchema = block(
  "migrate",
  "Migrate",
  body("migrate", () => [
    attribute("max_parallel", "MaxParallel", "int?", "How many allocations leave a draining node at the same time.", {
      default: "1",
    }),
    attribute("health_check", "HealthCheck", "string?", "What makes a moved allocation healthy.", {
      default: '"checks"',
      values: ["checks", "task_states"],
    }),
    attribute("min_healthy_time", "MinHealthyTime", "duration?", "How long it must stay healthy to count.", {
      default: '"10s"',
    }),
    attribute(
      "healthy_deadline",
      "HealthyDeadline",
      "duration?",
      "When a moved allocation that is not healthy has failed.",
      {
        default: '"5m"',
      },
    ),
  ]),
  "How allocations leave a node that is drained.",
  { page: "migrate", jobTypes: ["service"] },
);
