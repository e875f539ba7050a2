// What the description of job files knows of each argument and block: since when it exists, what replaced it, and what
// Nomad reads and then drops.
import lt from "semver/functions/lt.js";
import coerce from "semver/functions/coerce.js";
import type { Attribute, Block } from "../../hcl/syntax.ts";
import { bodyOf, schemaAt, schemaPathOf, type Documented } from "../../jobspec/schema/index.ts";
import type { Fix } from "../finding.ts";
import type { JobContext, Rule, RuleGroup } from "../rule.ts";
import { blocksOf, treeOf } from "../tree.ts";

const NEWER: Rule = {
  code: "job/needs-newer-nomad",
  severity: "warning",
  title: "The chosen Nomad version does not know this yet",
  why: "Judged only where a Nomad version is configured. An older Nomad refuses the job, or its driver refuses the task.",
  source: "Nomad's changelog (nomad.md 1.13) and documentation",
};
const DEPRECATED: Rule = {
  code: "job/deprecated",
  severity: "hint",
  title: "There is a newer way to say this",
  why: "Nomad still reads it. Newer versions may not.",
  source: "Nomad's documentation",
};
const DROPPED: Rule = {
  code: "job/constraint-shorthand-ignored",
  severity: "warning",
  title: "Nomad drops this shorthand",
  why: "A constraint accepts `set_contains_any`, `set_contains_all`, `is_set` and `is_not_set` as arguments, and then compares with `=` as if they were not there. Write `operator` and `value`.",
  source: "Nomad jobspec2, constraint decoder (nomad.md 2.12)",
};

/** Nomad's server warns of these itself. */
const WARNED_BY_SERVER = new Set(["mbits", "iops", "cron", "vault_grace"]);
const DEAD_SHORTHANDS = new Set(["set_contains_any", "set_contains_all", "is_set", "is_not_set"]);

function checkJob(context: JobContext): void {
  for (const blocks of blocksOf(treeOf(context.parsed.source))) checkBlock(context, blocks);
}

function checkBlock(context: JobContext, blocks: readonly Block[]): void {
  const block = blocks.at(-1);
  if (block === undefined) return;
  const driver = driverOf(blocks);
  const names = blocks.map(({ type }) => type);
  const schema = schemaAt(schemaPathOf(blocks), driver === undefined ? {} : { driver });
  if (schema?.kind !== "block") return;
  // The server warns of this one, too; port_map of the QEMU driver works with no other.
  const taskNetwork = block.type === "network" && names.includes("resources");
  if (!taskNetwork) checkDocumented(context, schema, block.type, block.typeSpan);
  const members = bodyOf(schema, driver === undefined ? {} : { driver }).attributes;
  for (const attribute of block.body.attributes) {
    const member = members.get(attribute.name);
    if (member === undefined) continue;
    if (block.type === "constraint" && DEAD_SHORTHANDS.has(attribute.name)) reportDropped(context, block, attribute);
    else checkDocumented(context, member, attribute.name, attribute.nameSpan);
  }
}

function driverOf(blocks: readonly Block[]): string | undefined {
  const task = blocks.find(({ type }) => type === "task");
  const expression = task?.body.attributes.find(({ name }) => name === "driver")?.expression;
  const part = expression?.kind === "template" ? expression.parts[0] : undefined;
  return part?.kind === "literal" ? part.value : undefined;
}

function checkDocumented(context: JobContext, schema: Documented, name: string, span: Attribute["span"]): void {
  const wanted = context.options.nomadVersion;
  if (wanted !== undefined && schema.since !== undefined && isBelow(wanted, schema.since)) {
    context.reportSpan(NEWER, span, {
      message: `Nomad ${wanted} does not know ${name}: it came with ${schema.since}.`,
    });
  }
  const { deprecated } = schema;
  if (deprecated === undefined || WARNED_BY_SERVER.has(name)) return;
  if (wanted !== undefined && isBelow(wanted, deprecated.since)) return;
  context.reportSpan(DEPRECATED, span, {
    message: `${name} is deprecated since Nomad ${deprecated.since}: use ${deprecated.use}.`,
  });
}

function isBelow(version: string, limit: string): boolean {
  const [left, right] = [coerce(version), coerce(limit)];
  return left !== null && right !== null && lt(left, right);
}

function reportDropped(context: JobContext, block: Block, attribute: Attribute): void {
  const { name, span, nameSpan, expression } = attribute;
  const { source } = context.parsed;
  const taken = block.body.attributes.some((other) => other.name === "operator" || other.name === "value");
  const indent = source.text.slice(source.lineStarts[source.position(span.start).line] ?? 0, span.start);
  const value = name.startsWith("is_") ? "" : `\n${indent}value    = ${source.slice(expression.span)}`;
  const fixes: Fix[] =
    taken || indent.trim() !== ""
      ? []
      : [
          {
            title: `Use operator = "${name}"`,
            kind: "suggestion",
            edits: [{ span, newText: `operator = "${name}"${value}` }],
          },
        ];
  context.reportSpan(DROPPED, nameSpan, {
    message: `${name} is ignored: Nomad compares with "=". Write operator = "${name}"${value === "" ? "" : " and value"}.`,
    fixes,
  });
}

export const schemaRules: RuleGroup = {
  title: "Versions of Nomad",
  rules: [DROPPED, NEWER, DEPRECATED],
  checkJob,
};
