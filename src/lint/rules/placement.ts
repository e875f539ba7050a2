// Whether the node in question would take the job: its constraints, its drivers, and what the allowlist leaves of them.
import { judgeJob } from "../../jobspec/constraints.ts";
import { architectureOf } from "../../driver/emulator.ts";
import type { JobContext, Rule, RuleGroup, TaskContext } from "../rule.ts";

const NODE: Rule = {
  code: "job/not-placed-here",
  severity: "warning",
  title: "The node does not meet a requirement",
  why: "Judged only against a node that was named (`lint --fingerprint`): its attributes, datacenter, pool, class and drivers. A job whose requirements no node meets waits for ever.",
  source: "Nomad scheduler/feasible (nomad.md 2.12)",
};
const UNDETECTED: Rule = {
  code: "qemu/allowlist-hides-driver",
  severity: "error",
  title: "The operator's allowlist hides every emulator",
  why: "emulators_allowlist also filters what the client finds, by architecture (`x86_64`). A list of full names (`qemu-system-x86_64`) matches nothing: the client has no QEMU driver, and no QEMU job is ever placed (`missing drivers`).",
  source: "golden e-al-emu-full-list-*, fp-allow-full-name",
};

function checkJob(context: JobContext): void {
  const { node } = context.options;
  if (node === undefined) return;
  for (const verdict of judgeJob(context.job, node)) {
    if (verdict.met !== false || verdict.kind === "affinity") continue;
    // A machine that is no Nomad client has no datacenter or pool of its own.
    if (node.knowledge === "partial" && (verdict.kind === "datacenter" || verdict.kind === "node-pool")) continue;
    context.reportAt(NODE, verdict.path, {
      message: `${verdict.text}: node ${node.name ?? "in question"} does not meet this. ${verdict.reason}`,
    });
  }
}

function checkTask(context: TaskContext): void {
  const allowed = context.options.pluginConfig.emulatorsAllowlist;
  if (allowed.length === 0 || !allowed.every((name) => architectureOf(name) !== undefined)) return;
  context.reportAt(UNDETECTED, [...context.taskPath, "Driver"], {
    message: `missing drivers: emulators_allowlist holds only full names (${allowed.join(", ")}), which hide every emulator from the client. List architectures, such as "${architectureOf(allowed[0] ?? "") ?? "x86_64"}".`,
  });
}

export const placementRules: RuleGroup = {
  title: "Placement",
  rules: [NODE, UNDETECTED],
  checkJob,
  checkTask,
};
