// Judges a job against one node: its constraints, affinities, datacenters, node pool and drivers, each with the reason.
import { amount, indexed, isSet, text, texts, block, type Fields } from "./fields.ts";
import type { Constraint, Job } from "./job.ts";
import type { NodeDescription } from "./node.ts";
import type { JobPath } from "./origin.ts";
import { impliedConstraints } from "./constraints/implied.ts";
import { judgeOperator, type Judgement } from "./constraints/operators.ts";
import { resolveTarget } from "./constraints/target.ts";

export type { Judgement } from "./constraints/operators.ts";

export type VerdictKind = "constraint" | "implied" | "affinity" | "driver" | "datacenter" | "node-pool" | "device";

/** One requirement (or wish, for affinities) and whether the node meets it. */
export interface Verdict extends Judgement {
  readonly kind: VerdictKind;
  /** The requirement in Nomad's short form: `${attr.kernel.name} = linux`, `missing drivers`. */
  readonly text: string;
  /** The group it is for; undefined for the whole job. */
  readonly group: string | undefined;
  readonly task: string | undefined;
  /** Where in the job it is written or, for an implied one, what asks for it. */
  readonly path: JobPath;
  readonly constraint?: Constraint;
  /** Of an affinity: -100 to 100. A negative weight keeps the job away from nodes that meet it. */
  readonly weight?: number;
}

/** Nomad: DefaultAffinityWeight. */
const AFFINITY_WEIGHT_DEFAULT = 50;

/** Judges one constraint without its job: `distinct_hosts` and `distinct_property` as for the first allocation. */
export function judgeConstraint(constraint: Constraint, node: NodeDescription): Judgement {
  const { LTarget, RTarget, Operand } = constraint;
  if (Operand === "distinct_hosts") return judgeDistinctHosts(RTarget);
  const left = { text: LTarget, value: resolveTarget(LTarget, node) };
  if (Operand === "distinct_property") {
    const present = judgeOperator("is_set", left, left);
    return present.met === true
      ? {
          met: true,
          reason: `${present.reason} At most ${RTarget === "" ? "1" : RTarget} of the allocations may have this value.`,
        }
      : present;
  }
  return judgeOperator(Operand, left, { text: RTarget, value: resolveTarget(RTarget, node) });
}

/** The value defaults to true, and anything that is no boolean counts as true (Nomad scheduler, DistinctHostsIterator). */
function judgeDistinctHosts(value: string): Judgement {
  return ["0", "f", "F", "false", "FALSE", "False"].includes(value)
    ? { met: true, reason: "distinct_hosts is switched off." }
    : { met: true, reason: "One node takes one allocation: a second one would need another node." };
}

/** Every requirement of the job, in the order of the job: whole job, then group by group with its tasks. */
export function judgeJob(job: Job, node: NodeDescription): Verdict[] {
  const verdicts: Verdict[] = [judgeDatacenter(job, node), judgeNodePool(job, node)];
  verdicts.push(...judgeOwn(job, [], undefined, undefined, node));
  for (const [groupIndex, group] of indexed(job, "TaskGroups")) {
    verdicts.push(...judgeGroup(job, group, groupIndex, node));
  }
  return verdicts;
}

/** The verdict over all: met, not met, or unknown. Affinities are wishes and do not count. */
export function placeable(verdicts: readonly Verdict[]): boolean | "unknown" {
  const required = verdicts.filter((verdict) => verdict.kind !== "affinity");
  if (required.some((verdict) => verdict.met === false)) return false;
  return required.some((verdict) => verdict.met === "unknown") ? "unknown" : true;
}

function judgeGroup(job: Job, group: Fields, groupIndex: number, node: NodeDescription): Verdict[] {
  const path: JobPath = ["TaskGroups", groupIndex];
  const name = text(group, "Name");
  const verdicts = judgeOwn(group, path, name, undefined, node);
  for (const implied of impliedConstraints(job, groupIndex)) {
    verdicts.push({
      kind: "implied",
      text: formatConstraint(implied.constraint),
      group: name,
      task: undefined,
      path: implied.path,
      constraint: implied.constraint,
      ...judgeConstraint(implied.constraint, node),
    });
  }
  for (const [taskIndex, task] of indexed(group, "Tasks")) {
    const taskPath: JobPath = [...path, "Tasks", taskIndex];
    verdicts.push(judgeDriver(task, taskPath, name, node));
    verdicts.push(...judgeOwn(task, taskPath, name, text(task, "Name"), node));
    verdicts.push(...judgeDevices(task, taskPath, name));
  }
  return verdicts;
}

function judgeOwn(
  owner: Fields,
  path: JobPath,
  group: string | undefined,
  task: string | undefined,
  node: NodeDescription,
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const [index, fields] of indexed(owner, "Constraints")) {
    const constraint = constraintOf(fields);
    const place = { group, task, path: [...path, "Constraints", index] };
    const text = formatConstraint(constraint);
    verdicts.push({ kind: "constraint", text, ...place, constraint, ...judgeConstraint(constraint, node) });
  }
  for (const [index, fields] of indexed(owner, "Affinities")) {
    const affinity = constraintOf(fields);
    const place = { group, task, path: [...path, "Affinities", index] };
    const text = formatConstraint(affinity);
    const weight = isSet(fields, "Weight") ? amount(fields, "Weight") : AFFINITY_WEIGHT_DEFAULT;
    verdicts.push({
      kind: "affinity",
      text,
      ...place,
      constraint: affinity,
      weight,
      ...judgeConstraint(affinity, node),
    });
  }
  return verdicts;
}

const constraintOf = (fields: Fields): Constraint => ({
  LTarget: text(fields, "LTarget"),
  RTarget: text(fields, "RTarget"),
  Operand: text(fields, "Operand"),
});

/** As Nomad prints it in an evaluation's ConstraintFiltered. */
export function formatConstraint({ LTarget, Operand, RTarget }: Constraint): string {
  return `${LTarget} ${Operand} ${RTarget}`.trim();
}

function judgeDatacenter(job: Job, node: NodeDescription): Verdict {
  const named = texts(job, "Datacenters");
  const wanted = named.length === 0 ? ["*"] : named;
  const place = {
    kind: "datacenter",
    text: `datacenters ${wanted.join(",")}`,
    group: undefined,
    task: undefined,
    path: ["Datacenters"],
  } as const;
  const { datacenter } = node;
  if (wanted.includes("*")) return { ...place, met: true, reason: "The job takes every datacenter." };
  if (datacenter === undefined) return { ...place, met: "unknown", reason: "The node's datacenter is not known." };
  const match = wanted.find((pattern) => matchesGlob(datacenter, pattern));
  return match === undefined
    ? { ...place, met: false, reason: `The node is in ${datacenter}, the job wants ${wanted.join(" or ")}.` }
    : { ...place, met: true, reason: `The node is in ${datacenter}.` };
}

/** `*` stands for any run of characters, everything else for itself. */
function matchesGlob(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const index = text.indexOf(part, at);
    if (index < 0) return false;
    at = index + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function judgeNodePool(job: Job, node: NodeDescription): Verdict {
  const named = text(job, "NodePool");
  const wanted = named === "" ? "default" : named;
  const place = {
    kind: "node-pool",
    text: `node_pool ${wanted}`,
    group: undefined,
    task: undefined,
    path: ["NodePool"],
  } as const;
  if (wanted === "all") return { ...place, met: true, reason: "The job takes every node pool." };
  if (node.pool === undefined) return { ...place, met: "unknown", reason: "The node's pool is not known." };
  return node.pool === wanted
    ? { ...place, met: true, reason: `The node is in the pool ${wanted}.` }
    : { ...place, met: false, reason: `The node is in the pool ${node.pool}, the job wants ${wanted}.` };
}

/** Source: Nomad scheduler, DriverChecker: detected and healthy, or the attribute `driver.<name>` is true. */
function judgeDriver(task: Fields, path: JobPath, group: string, node: NodeDescription): Verdict {
  const name = text(task, "Driver");
  const place = {
    kind: "driver",
    text: "missing drivers",
    group,
    task: text(task, "Name"),
    path: [...path, "Driver"],
  } as const;
  const driver = Object.hasOwn(node.drivers, name) ? node.drivers[name] : undefined;
  if (driver !== undefined) {
    if (!driver.detected)
      return { ...place, met: false, reason: `The driver ${name} is not detected${why(driver.healthDescription)}.` };
    if (!driver.healthy)
      return { ...place, met: false, reason: `The driver ${name} is not healthy${why(driver.healthDescription)}.` };
    return { ...place, met: true, reason: `The driver ${name} is detected and healthy.` };
  }
  const attribute = resolveTarget(`\${attr.driver.${name}}`, node);
  if (attribute.kind === "unknown")
    return { ...place, met: "unknown", reason: `It is not known here whether the node has the driver ${name}.` };
  const enabled = attribute.kind === "found" && ["1", "t", "T", "true", "TRUE", "True"].includes(attribute.value);
  return enabled
    ? { ...place, met: true, reason: `The node has the driver ${name}.` }
    : { ...place, met: false, reason: `The node has no driver ${name}.` };
}

const why = (description: string): string => (description === "" ? "" : `: ${description}`);

function judgeDevices(task: Fields, path: JobPath, group: string): Verdict[] {
  return [...indexed(block(task, "Resources") ?? {}, "Devices")].map(([index, device]) => ({
    kind: "device",
    text: "missing devices",
    group,
    task: text(task, "Name"),
    path: [...path, "Resources", "Devices", index],
    met: "unknown",
    reason: `A node description does not list devices, so it is not known whether it has ${text(device, "Name")}.`,
  }));
}
