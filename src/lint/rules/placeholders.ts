// Runtime names that exist and are not what they seem to be.
import type { Block, ScopeTraversalExpression } from "../../hcl/syntax.ts";
import { visitExpressions } from "../../jobspec/references.ts";
import type { Fix } from "../finding.ts";
import type { JobContext, Rule, RuleGroup } from "../rule.ts";
import { blocksOf, treeOf } from "../tree.ts";

const NODE_META: Rule = {
  code: "job/meta-of-the-node",
  severity: "warning",
  title: "${meta.…} is the node's metadata, not the job's",
  why: "`${meta.x}` names the `meta` block of the client's own configuration. The job has a key of the same name, whose value is `${NOMAD_META_x}`. In a driver's config a key that the node lacks fails the task; elsewhere the text stays as it is written.",
  source: "nomad.md 2.4; golden e-var-meta-job",
};

function checkJob(context: JobContext): void {
  const { job, options, parsed } = context;
  const keys = new Set<string>();
  const groups = job.TaskGroups ?? [];
  for (const { Meta } of [job, ...groups, ...groups.flatMap(({ Tasks }) => Tasks ?? [])]) {
    for (const key of Object.keys(Meta ?? {})) if (options.node?.meta[key] === undefined) keys.add(key);
  }
  if (keys.size === 0) return;
  for (const blocks of blocksOf(treeOf(parsed.source))) {
    // Constraints have a rule of their own: no name of the job's metadata works there.
    if (blocks.some(({ type }) => type === "constraint" || type === "affinity" || type === "spread")) continue;
    const block = blocks.at(-1);
    if (block !== undefined) checkBlock(context, block, keys);
  }
}

function checkBlock(context: JobContext, block: Block, keys: ReadonlySet<string>): void {
  for (const { expression } of block.body.attributes) {
    visitExpressions(expression, (found) => {
      if (found.kind === "scope-traversal" && found.root === "meta") checkTraversal(context, found, keys);
    });
  }
}

function checkTraversal(context: JobContext, traversal: ScopeTraversalExpression, keys: ReadonlySet<string>): void {
  const key = traversal.steps.map((step) => (step.kind === "attribute" ? step.name : "")).join(".");
  if (!keys.has(key)) return;
  const name = `NOMAD_META_${key.replaceAll(/[^A-Za-z0-9_.]/g, "_")}`;
  const fixes: Fix[] = [
    {
      title: `Use ${name}, the job's own metadata`,
      kind: "suggestion",
      edits: [{ span: traversal.span, newText: name }],
    },
  ];
  context.reportSpan(NODE_META, traversal.span, {
    message: `\${meta.${key}} is the node's metadata: the job's own key is \${${name}}.`,
    fixes,
  });
}

export const placeholderRules: RuleGroup = { title: "Runtime names", rules: [NODE_META], checkJob };
