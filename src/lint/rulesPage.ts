// docs/rules.md, made from the descriptions of the rules.
import type { Rule, RuleGroup } from "./rule.ts";

/** The whole page as Markdown. */
export function renderRulesPage(groups: readonly RuleGroup[]): string {
  return `# Rules

What the linter marks: in the editor, with \`nomad-qemu lint\`, and in CI. Made from the descriptions beside the rules
(\`src/lint/rules/\`) by \`node scripts/rules.ts\`; a test compares the two.

An **error** is refused by Nomad, by its QEMU driver or by QEMU itself: the task does not start. A **warning** starts and does
something else than it seems to. **Info** and **hint** are worth knowing. Some rules lower their severity where the case at hand is
harmless, and say so.
${groups.map(renderGroup).join("")}`;
}

function renderGroup({ title, intro, rules }: RuleGroup): string {
  const head = intro === undefined ? `\n## ${title}\n` : `\n## ${title}\n\n${intro}\n`;
  return head + rules.map(renderRule).join("");
}

function renderRule({ code, severity, title, why, source }: Rule): string {
  if (title === "") return `\n### ${code}\n\n${why}\n`;
  return `\n### ${code}\n\n**${severity}** · ${title}\n\n${why}\n\n<sub>${source}</sub>\n`;
}
