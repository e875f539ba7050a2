// What Nomad's server refuses or warns of when a job is registered: its checks, with their places and fixes in the file.
import { nearest } from "../../base/nearest.ts";
import type { JobPath } from "../../jobspec/origin.ts";
import { ANY_SERVER, RULES, validateJob, type RuleCode, type ValidationFinding } from "../../jobspec/validate.ts";
import type { Fix, Severity } from "../finding.ts";
import { originInFile, removeAt, replaceValue } from "../fixes.ts";
import type { JobContext, Rule, RuleGroup } from "../rule.ts";

const SOURCE = "Nomad nomad/job_endpoint.go, Job.Validate; golden/jobspec/validate.jsonl";

const rules = new Map(
  Object.entries(RULES).map(([code, why]): [string, Rule] => [
    code,
    { code, severity: "error", title: "", why, source: SOURCE },
  ]),
);

function checkJob(context: JobContext): void {
  // A job that could not be read whole would be blamed for what is missing.
  if (context.parsed.stage !== "done") return;
  for (const finding of validateJob(context.job, ANY_SERVER)) {
    const rule = rules.get(finding.code);
    if (rule === undefined) continue;
    const { message, detail, path, code } = finding;
    context.reportAt(rule, path, {
      severity: severityOf(context, finding),
      message: `${message}${/[.!?]$/.test(message) ? "" : ":"} ${detail}`,
      fixes: FIXES[code]?.(context, path) ?? [],
    });
  }
}

function severityOf({ job }: JobContext, { code, severity, path }: ValidationFinding): Severity {
  if (code !== "task/networks-deprecated") return severity;
  // port_map of the QEMU driver works with no other network.
  const [, group, , task] = path;
  const config = job.TaskGroups?.[Number(group)]?.Tasks?.[Number(task)]?.Config;
  return config?.["port_map"] === undefined ? severity : "hint";
}

const FIXES: Partial<Record<RuleCode, (context: JobContext, path: JobPath) => Fix[]>> = {
  "constraint/attribute-unsupported": attributeFixes,
  "affinity/attribute-missing": attributeFixes,
  "resources/cpu-and-cores": (context, path) => {
    const resources = path.slice(0, path.indexOf("Resources") + 1);
    return removeAt(context, [...resources, "CPU"], "Remove cpu, keep cores");
  },
};

const NODE_TARGETS = ["node.unique.id", "node.unique.name", "node.datacenter", "node.class", "node.pool"];

/** `${driver.qemu.version}` of old examples is `${attr.driver.qemu.version}`. */
function attributeFixes(context: JobContext, path: JobPath): Fix[] {
  const origin = originInFile(context, path);
  const text = origin === undefined ? "" : context.parsed.source.slice(origin.span);
  const target = /^"\$\{([^}]*)\}"$/.exec(text)?.[1];
  if (target === undefined) return [];
  const isAttribute = /^(?:driver|kernel|cpu|os|unique|memory|nomad)\./.test(target);
  const meant = isAttribute ? `attr.${target}` : nearest(target, NODE_TARGETS);
  return meant === undefined
    ? []
    : replaceValue(context, path, `"\${${meant}}"`, `Use \${${meant}}`, isAttribute ? "safe" : "suggestion");
}

export const serverRules: RuleGroup = {
  title: "What Nomad's server refuses",
  intro:
    "The checks of `nomad job validate` and of registering a job, as errors and warnings. They are judged for a server of which nothing is known.",
  rules: [...rules.values()],
  checkJob,
};
