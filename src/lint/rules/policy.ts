// What the driver itself refuses: the functions that startTask asks, with the place in the file and the way to mend it.
import { taskViolations, type TaskToCheck } from "../../driver/policy.ts";
import type { Refusal, TaskPath } from "../../driver/refusal.ts";
import { readTaskConfig, TASK_CONFIG_SPEC } from "../../driver/taskConfig.ts";
import { decodeDriverConfig } from "../../jobspec/driverConfigEngine.ts";
import type { JobPath } from "../../jobspec/origin.ts";
import { ANY_NODE } from "../../jobspec/node.ts";
import { taskMemoryMB } from "../../jobspec/taskVariables.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { absenceOf, taskEnvironment, taskPlace, type TaskPlace } from "../taskEnvironment.ts";
import { isUnknown } from "../values.ts";
import { POLICY_RULES } from "./policyDescriptions.ts";
import { actionsFor, fixesFor, missingVariable, taskNetworkLabels } from "./policyFixes.ts";

const RULES: ReadonlyMap<string, Rule> = new Map(POLICY_RULES.map((rule) => [rule.code, rule]));

function checkTask(context: TaskContext): void {
  const { job, group, task, options } = context;
  const place = taskPlace(task, options.allocRoot);
  const environment = taskEnvironment(job, group, task, place);
  const node = options.node ?? ANY_NODE;
  const decoded = decodeDriverConfig(knownConfig(context), TASK_CONFIG_SPEC, { environment, node });
  const { taskConfig, refusals, unknown } = readTaskConfig(decoded);
  for (const refusal of refusals) report(context, refusal);
  if (taskConfig === undefined) return;
  const toCheck: TaskToCheck = {
    taskConfig,
    pluginConfig: options.pluginConfig,
    user: task.User,
    memoryMB: taskMemoryMB(task),
    taskNetworkLabels: taskNetworkLabels(context),
    allocDir: place.allocDir,
    taskDir: place.taskDir,
    emulatorPaths: options.fingerprint?.emulatorPaths,
    silentEmulators: options.fingerprint?.silent,
    platform: options.platform ?? "linux",
    unknown: [...unknown, ...unknownValues(context)],
  };
  for (const refusal of taskViolations(toCheck)) report(context, refusal, place);
}

/** Values that stand for what is not known yet, by the kind of their type; nothing is said about them. */
const STAND_INS: Readonly<Record<string, unknown>> = { string: "", bool: false, list: [] };

/** The config with a stand-in for each argument that hangs on a variable without a value. */
function knownConfig(context: TaskContext): Record<string, unknown> | null {
  const config = { ...context.task.Config };
  for (const [name, { type }] of Object.entries(TASK_CONFIG_SPEC)) {
    if (isUnknown(context, ["Config", name])) config[name] = STAND_INS[type.kind];
  }
  return Object.keys(config).length === 0 ? context.task.Config : config;
}

/** Where the stand-ins are. */
function unknownValues(context: TaskContext): TaskPath[] {
  const args = context.task.Config?.["args"];
  const elements = Array.isArray(args) ? args.map((_, index): TaskPath => ["Config", "args", index]) : [];
  const whole = Object.keys(TASK_CONFIG_SPEC).map((name): TaskPath => ["Config", name]);
  return [...whole, ...elements].filter((path) => isUnknown(context, path));
}

function report(context: TaskContext, refusal: Refusal, place?: TaskPlace): void {
  const rule = RULES.get(refusal.code);
  if (rule === undefined) throw new Error(`docs/rules.md does not know ${refusal.code}`);
  if (isUnknown(context, refusal.path)) return;
  const missing = missingVariable(refusal);
  const absence = missing === undefined ? "certain" : absenceOf(missing, context.task);
  if (absence === "unknown") return;
  if (absence === "unless-agent-has-it") {
    context.reportAt(rule, [...context.taskPath, ...refusal.path], {
      severity: "warning",
      message: `${refusal.message} Unless the client's own environment has it, the task fails.`,
    });
    return;
  }
  context.reportAt(rule, markedPath(context, refusal), {
    // Where allocations lie is the client's business: what is too long there may fit here.
    severity:
      refusal.code === "qemu/socket-path-too-long" && context.options.allocRoot === undefined
        ? "warning"
        : refusal.severity,
    message: `${clear(refusal.message, place)}${/[.!?]$/.test(refusal.message) ? "" : "."} ${refusal.detail}`,
    mark: MARKED_BY_NAME.has(refusal.code) ? "name" : "value",
    fixes: fixesFor(context, refusal),
    actions: actionsFor(context, refusal),
  });
}

/** What is wrong with these is their name. */
const MARKED_BY_NAME = new Set(["qemu/config-unknown-argument", "qemu/unknown-port-label"]);

/** The made-up allocation has no place in a message. */
function clear(message: string, place: TaskPlace | undefined): string {
  return place === undefined ? message : message.replaceAll(place.allocDir, "<allocation>");
}

/** What is missing is marked at the block that should have it, by its name. */
function markedPath(context: TaskContext, { code, path }: Refusal): JobPath {
  const config = [...context.taskPath, "Config"];
  const absolute = [...context.taskPath, ...path];
  if (context.parsed.origins.get(absolute) !== undefined) return absolute;
  if (code === "qemu/memory-out-of-bounds") return [...context.taskPath, "Resources"];
  return path[0] === "Config" && context.parsed.origins.get(config) === undefined ? context.taskPath : absolute;
}

export const policyRules: RuleGroup = {
  title: "What the driver refuses",
  rules: POLICY_RULES,
  checkTask,
};
