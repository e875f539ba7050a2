// Where a job may run: constraint, affinity, spread.
import { attribute, block, body, label, type BlockSchema, type Member } from "./types.ts";

/** Operators of a constraint (nomad.md 2.12). */
export const CONSTRAINT_OPERATORS = [
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "regexp",
  "version",
  "semver",
  "set_contains",
  "set_contains_all",
  "set_contains_any",
  "is_set",
  "is_not_set",
  "distinct_hosts",
  "distinct_property",
] as const;

const TARGETS = [
  "${node.unique.id}",
  "${node.unique.name}",
  "${node.datacenter}",
  "${node.class}",
  "${node.pool}",
  "${attr.kernel.name}",
  "${attr.cpu.arch}",
  "${attr.driver.qemu}",
  "${attr.driver.qemu.version}",
  "${attr.driver.qemu.emulators}",
];

const DEAD_SHORTHAND = {
  since: "0.10",
  use: "`operator` and `value`: Nomad accepts this shorthand here and then ignores it",
} as const;

const constraintMembers = (): readonly Member[] => [
  attribute("attribute", "LTarget", "string", "What is compared: a node attribute in `${…}`, or a literal.", {
    examples: TARGETS,
  }),
  attribute("value", "RTarget", "string", "What it is compared with."),
  attribute("operator", "Operand", "string", "How the two are compared.", {
    absent: "=",
    default: '"="',
    values: CONSTRAINT_OPERATORS,
  }),
  attribute("version", undefined, "string", "Shorthand: the attribute, as a version, must meet this constraint list."),
  attribute("semver", undefined, "string", "Shorthand: the attribute must meet this list by the rules of SemVer 2.0.", {
    since: "0.10.2",
  }),
  attribute("regexp", undefined, "string", "Shorthand: the attribute must match this RE2 expression (not anchored)."),
  attribute("set_contains", undefined, "string", "Shorthand: the attribute's comma list must hold all of these items."),
  attribute("distinct_hosts", undefined, "bool", "Shorthand: no two allocations of the job or group on one node."),
  attribute("distinct_property", undefined, "string", "Shorthand: limits how many allocations share a value of this."),
  attribute("set_contains_any", undefined, "string", "Shorthand that Nomad reads and drops.", {
    deprecated: DEAD_SHORTHAND,
  }),
  attribute("set_contains_all", undefined, "string", "Shorthand that Nomad reads and drops.", {
    deprecated: DEAD_SHORTHAND,
  }),
  attribute("is_set", undefined, "string", "Shorthand that Nomad reads and drops.", { deprecated: DEAD_SHORTHAND }),
  attribute("is_not_set", undefined, "string", "Shorthand that Nomad reads and drops.", {
    deprecated: DEAD_SHORTHAND,
  }),
];

export const constraint: BlockSchema = block(
  "constraint",
  "Constraints",
  body("constraint", constraintMembers, "constraint"),
  "Limits the nodes that can be chosen; nodes that do not meet it are never used.",
  { occurs: "many", page: "constraint" },
);

const affinityMembers = (): readonly Member[] => [
  attribute("attribute", "LTarget", "string", "What is compared: a node attribute in `${…}`, or a literal.", {
    examples: TARGETS,
  }),
  attribute("value", "RTarget", "string", "What it is compared with."),
  attribute("operator", "Operand", "string", "How the two are compared.", {
    absent: "=",
    default: '"="',
    values: CONSTRAINT_OPERATORS.filter((name) => !/^(is_|distinct_)/.test(name)),
  }),
  attribute("weight", "Weight", "number-as-int8?", "How strong the preference is, from -100 to 100, never 0.", {
    default: "50",
  }),
  attribute("version", undefined, "string", "Shorthand: prefer nodes whose attribute meets this version constraint."),
  attribute("semver", undefined, "string", "Shorthand: prefer nodes whose attribute meets this SemVer constraint.", {
    since: "0.10.2",
  }),
  attribute("regexp", undefined, "string", "Shorthand: prefer nodes whose attribute matches this RE2 expression."),
  attribute("set_contains", undefined, "string", "Shorthand: prefer nodes whose comma list holds all of these."),
  attribute("set_contains_all", undefined, "string", "Shorthand: prefer nodes whose comma list holds all of these."),
  attribute("set_contains_any", undefined, "string", "Shorthand: prefer nodes whose comma list holds any of these."),
];

export const affinity: BlockSchema = block(
  "affinity",
  "Affinities",
  body("affinity", affinityMembers, "affinity"),
  "Prefers some nodes over others without ruling any out.",
  { occurs: "many", page: "affinity", jobTypes: ["service", "batch"] },
);

const target = block(
  "target",
  "SpreadTarget",
  body("spread", () => [
    attribute("percent", "Percent", "uint8", "The share of allocations for this value, 0 to 100."),
  ]),
  "The share that one value of the attribute shall get.",
  {
    labels: [label("value", "Value", "A value of the spread's attribute.", { tag: "" })],
    occurs: "many",
    page: "spread#target",
  },
);

export const spread: BlockSchema = block(
  "spread",
  "Spreads",
  body("spread", () => [
    attribute("attribute", "Attribute", "string", "The node attribute whose values the allocations spread over.", {
      examples: TARGETS,
    }),
    attribute("weight", "Weight", "int8?", "How much this spread counts against other ones, 0 to 100."),
    target,
  ]),
  "Spreads allocations over the values of a node attribute.",
  { occurs: "many", page: "spread", jobTypes: ["service", "batch"] },
);
