// Constraints and affinities: names and operators that do something else than they seem to.
import type { Affinity, Constraint } from "../../jobspec/job.ts";
import type { JobPath } from "../../jobspec/origin.ts";
import { quoteHcl } from "../edits.ts";
import type { Fix } from "../finding.ts";
import { originInFile } from "../fixes.ts";
import type { JobContext, Rule, RuleGroup } from "../rule.ts";

const JOB_META: Rule = {
  code: "job/constraint-job-meta",
  severity: "warning",
  title: "${meta.…} is the node's metadata, not the job's",
  why: "A constraint on `${meta.x}` looks at the client's `meta` block. The job has a key of the same name, which no constraint can see.",
  source: "nomad.md 2.4",
};
const LEXICAL: Rule = {
  code: "job/constraint-compares-text",
  severity: "warning",
  title: "The comparison is by letters",
  why: '`<` and `>` compare whole numbers and decimals as numbers; anything else, such as `7.2.22`, letter by letter, where "10.0.0" comes before "7.2.0". Use `operator = "version"` and put the comparison into the value.',
  source: "Nomad scheduler/feasible, checkOrder (nomad.md 2.12)",
};

const VERSION_TEXT = /^v?\d+\.\d+\.\d+/;
const ORDER = new Set(["<", "<=", ">", ">="]);

function checkJob(context: JobContext): void {
  const { job } = context;
  checkAll(context, job.Constraints, job.Affinities, []);
  for (const [groupIndex, group] of (job.TaskGroups ?? []).entries()) {
    const groupPath = ["TaskGroups", groupIndex];
    checkAll(context, group.Constraints, group.Affinities, groupPath);
    for (const [taskIndex, task] of (group.Tasks ?? []).entries()) {
      checkAll(context, task.Constraints, task.Affinities, [...groupPath, "Tasks", taskIndex]);
    }
  }
}

function checkAll(
  context: JobContext,
  constraints: readonly Constraint[] | null,
  affinities: readonly Affinity[] | null,
  path: JobPath,
): void {
  for (const [index, constraint] of (constraints ?? []).entries()) {
    checkOne(context, constraint, [...path, "Constraints", index]);
  }
  for (const [index, affinity] of (affinities ?? []).entries()) {
    checkOne(context, affinity, [...path, "Affinities", index]);
  }
}

function checkOne(context: JobContext, constraint: Constraint, path: JobPath): void {
  const target = /^\$\{([^}]*)\}$/.exec(constraint.LTarget)?.[1];
  if (target !== undefined) checkTarget(context, target, path);
  if (ORDER.has(constraint.Operand) && VERSION_TEXT.test(constraint.RTarget)) {
    context.reportAt(LEXICAL, [...path, "Operand"], {
      message: `Compared letter by letter: ${quoteHcl(constraint.RTarget)} is a version. Use operator = "version" and value = "${constraint.Operand} ${constraint.RTarget}".`,
      fixes: versionOperator(context, constraint, path),
    });
  }
}

function checkTarget(context: JobContext, target: string, path: JobPath): void {
  if (!target.startsWith("meta.")) return;
  const key = target.slice("meta.".length);
  if (context.options.node?.meta[key] !== undefined || !hasJobMeta(context, key)) return;
  context.reportAt(JOB_META, [...path, "LTarget"], {
    message: `\${meta.${key}} is the node's metadata: the job's own key ${key} has no part in constraints.`,
  });
}

function hasJobMeta({ job }: JobContext, key: string): boolean {
  return [job, ...(job.TaskGroups ?? []), ...(job.TaskGroups ?? []).flatMap((group) => group.Tasks ?? [])].some(
    ({ Meta }) => Meta !== null && Object.hasOwn(Meta, key),
  );
}

function versionOperator(context: JobContext, constraint: Constraint, path: JobPath): Fix[] {
  const operator = originInFile(context, [...path, "Operand"]);
  const value = originInFile(context, [...path, "RTarget"]);
  if (operator === undefined || value === undefined) return [];
  return [
    {
      title: 'Compare as versions (operator = "version")',
      kind: "suggestion",
      edits: [
        { span: operator.span, newText: '"version"' },
        { span: value.span, newText: quoteHcl(`${constraint.Operand} ${constraint.RTarget}`) },
      ],
    },
  ];
}

export const constraintRules: RuleGroup = {
  title: "Constraints",
  rules: [JOB_META, LEXICAL],
  checkJob,
};
