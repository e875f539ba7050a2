// A task, and the small blocks that only a task has.
import { artifact, csiPlugin, dispatchPayload, template, volumeMount } from "./files.ts";
import { consul, identity, secret, vault } from "./identity.ts";
import { constraint, affinity } from "./placement.ts";
import { logs, resources } from "./resources.ts";
import { taskScaling } from "./scaling.ts";
import { service } from "./service.ts";
import { restart } from "./strategies.ts";
import { attribute, block, body, constant, FREE, label, STRINGS, type BlockSchema, type BodySchema } from "./types.ts";

const lifecycle = block(
  "lifecycle",
  "Lifecycle",
  body("lifecycle", () => [
    attribute("hook", "Hook", "string", "When the task runs.", {
      required: true,
      values: ["prestart", "poststart", "poststop"],
    }),
    attribute("sidecar", "Sidecar", "bool", "It keeps running beside the main tasks.", { default: "false" }),
  ]),
  "Runs the task before, after or beside the main tasks of the group.",
  { page: "lifecycle", since: "0.11" },
);

const action = block(
  "action",
  "Actions",
  body("action", () => [
    attribute("command", "Command", "string", "The program to run inside the task.", { required: true }),
    attribute("args", "Args", "list(string)", "Its arguments."),
  ]),
  "A command that people may run inside the task.",
  {
    labels: [label("name", "Name", "The action's name.")],
    occurs: "many",
    page: "action",
    since: "1.7",
    drivers: { not: ["qemu"], why: "the driver cannot execute commands" },
  },
);

const schedule = block(
  "schedule",
  "Schedule",
  body("schedule", () => [
    block(
      "cron",
      "Cron",
      body("schedule", () => [
        attribute("start", "Start", "string", "When the task is woken, as a cron expression."),
        attribute("end", "End", "string", "When the task is put to sleep: minute and hour only."),
        attribute("timezone", "Timezone", "string", "The time zone of both.", { default: '"Local"' }),
      ]),
      "The times.",
    ),
  ]),
  "Runs the task only at some times of the day.",
  { page: "schedule", since: "1.8", enterprise: true },
);

export const taskBody: BodySchema = body(
  "task",
  () => [
    attribute("driver", "Driver", "string", "The driver that runs the task.", {
      examples: ["qemu", "docker", "exec", "raw_exec", "java", "podman"],
    }),
    attribute("user", "User", "string", "The account that the task runs as; `root` is refused for qemu."),
    lifecycle,
    block("config", "Config", FREE, "The driver's own settings.", { page: "task#config", driverConfig: true }),
    constraint,
    affinity,
    block("env", "Env", STRINGS, "Environment variables of the task's process.", { alsoAttribute: true, page: "env" }),
    service,
    resources,
    restart,
    block("meta", "Meta", STRINGS, "Metadata; the task sees it as NOMAD_META_<key>.", {
      alsoAttribute: true,
      page: "meta",
    }),
    attribute("kill_timeout", "KillTimeout", "duration?", "How long the task may take to stop before it is killed.", {
      default: '"5s"',
    }),
    logs,
    artifact,
    vault,
    consul,
    template,
    dispatchPayload,
    volumeMount,
    csiPlugin,
    attribute("leader", "Leader", "bool", "When this task ends, the group's other tasks are stopped.", {
      default: "false",
    }),
    attribute("shutdown_delay", "ShutdownDelay", "duration", "How long to wait between deregistering and stopping.", {
      default: '"0s"',
    }),
    attribute("kill_signal", "KillSignal", "string", "The signal that asks the task to stop.", {
      default: '"SIGINT" (qemu)',
      examples: ["SIGINT", "SIGTERM"],
    }),
    attribute("kind", "Kind", "string", "Set by Nomad for mesh tasks; rarely written by hand."),
    taskScaling,
    secret,
    constant("Identity", null, identity),
    identity,
    action,
    schedule,
  ],
  "task",
);

export const task: BlockSchema = block("task", "Tasks", taskBody, "One process, container or virtual machine.", {
  labels: [label("name", "Name", "The task's name, unique in its group.")],
  occurs: "many",
  page: "task",
});
