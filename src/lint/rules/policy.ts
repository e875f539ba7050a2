// What the driver itself refuses: the functions that startTask asks, with the place in the file and the way to mend it.
import { taskViolations, type TaskToCheck } from "../../driver/policy.ts";
import type { Refusal, TaskPath } from "../../driver/refusal.ts";
import { readTaskConfig, TASK_CONFIG_SPEC } from "../../driver/taskConfig.ts";
import { decodeDriverConfig } from "../../jobspec/driverConfigEngine.ts";
import { interpolateText } from "../../jobspec/interpolate.ts";
import type { JobPath } from "../../jobspec/origin.ts";
import { ANY_NODE } from "../anyNode.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { mayExistOutside, taskEnvironment, taskPlace, type TaskPlace } from "../taskEnvironment.ts";
import { POLICY_RULES } from "./policyDescriptions.ts";
import { actionsFor, fixesFor, missingVariable, taskNetworkLabels } from "./policyFixes.ts";

const RULES: ReadonlyMap<string, Rule> = new Map(POLICY_RULES.map((rule) => [rule.code, rule]));

function checkTask(context: TaskContext): void {
  const { job, group, task, options } = context;
  const place = taskPlace(task, options.allocRoot);
  const environment = taskEnvironment(job, group, task, place);
  const node = options.node ?? ANY_NODE;
  const decoded = decodeDriverConfig(task.Config, TASK_CONFIG_SPEC, { environment, node });
  const { taskConfig, refusals, unknown } = readTaskConfig(decoded);
  for (const refusal of refusals) report(context, refusal);
  if (taskConfig === undefined) return;
  const user = interpolateText(task.User, environment, node);
  const toCheck: TaskToCheck = {
    taskConfig,
    pluginConfig: options.pluginConfig,
    user,
    memoryMB: (task.Resources?.MemoryMB ?? MEMORY_DEFAULT_MB) + (task.Resources?.SecretsMB ?? 0),
    taskNetworkLabels: taskNetworkLabels(context),
    allocDir: place.allocDir,
    taskDir: place.taskDir,
    emulatorPaths: options.fingerprint?.emulatorPaths,
    platform: options.platform ?? "linux",
    unknown: [...unknown, ...unknownValues(context)],
  };
  for (const refusal of taskViolations(toCheck)) report(context, refusal, place);
}

/** MB; Nomad: api, DefaultResources. */
const MEMORY_DEFAULT_MB = 300;

/** Arguments that depend on a variable without a value: the file does not say what they are. */
function unknownValues(context: TaskContext): TaskPath[] {
  return Object.keys(context.task.Config ?? {})
    .filter((name) => isUnknown(context, ["Config", name]))
    .map((name) => ["Config", name]);
}

function isUnknown(context: TaskContext, path: TaskPath): boolean {
  return context.parsed.origins.get([...context.taskPath, ...path])?.value?.kind === "unknown";
}

function report(context: TaskContext, refusal: Refusal, place?: TaskPlace): void {
  const rule = RULES.get(refusal.code);
  if (rule === undefined) throw new Error(`docs/rules.md does not know ${refusal.code}`);
  if (isUnknown(context, refusal.path)) return;
  const outside = missingVariable(refusal);
  if (outside !== undefined && mayExistOutside(outside, context.task)) {
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
    fixes: fixesFor(context, refusal),
    actions: actionsFor(context, refusal),
  });
}

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
