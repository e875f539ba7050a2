// Lints a parsed job file: every rule group asked once, findings in the order of the file.
import type { Origin } from "../jobspec/origin.ts";
import type { ParsedJobFile } from "../jobspec/parse.ts";
import type { Finding, Severity } from "./finding.ts";
import type { JobContext, LintOptions, Report, Rule, TaskContext } from "./rule.ts";
import { RULE_GROUPS } from "./ruleGroups.ts";
import { ruleUrl } from "./ruleUrl.ts";
import { diagnosticFindings } from "./rules/diagnostics.ts";

export type { LintOptions } from "./rule.ts";

/**
 * Everything that is wrong with a job file, or will be: what parsing found, what the driver refuses, and known traps.
 * A file that is damaged is still linted for what stands in it, but not for what is missing. Same input, same findings.
 */
export function lintJobFile(parsed: ParsedJobFile, options: LintOptions): Finding[] {
  const findings = diagnosticFindings(parsed);
  const { job } = parsed;
  if (job !== undefined) {
    const context = newContext(parsed, job, options, findings);
    for (const group of RULE_GROUPS) group.checkJob?.(context);
    for (const task of qemuTasks(context)) for (const group of RULE_GROUPS) group.checkTask?.(task);
  }
  return inOrder(findings);
}

function newContext(
  parsed: ParsedJobFile,
  job: JobContext["job"],
  options: LintOptions,
  findings: Finding[],
): JobContext {
  const damaged = parsed.stage === "syntax";
  const add = (rule: Rule, place: Pick<Origin, "source" | "span">, report: Report): void => {
    if (damaged && rule.needsWholeFile === true) return;
    const { message, severity = rule.severity, fixes = [], actions = [] } = report;
    const finding = { code: rule.code, severity, message, ...place, url: ruleUrl(rule.code), fixes };
    findings.push(actions.length === 0 ? finding : { ...finding, actions });
  };
  const start = { source: parsed.source, span: { start: 0, end: 0 } };
  return {
    parsed,
    job,
    options,
    reportAt: (rule, path, report) => {
      const origin = parsed.origins.nearest(path) ?? start;
      const span = report.mark === "name" && "nameSpan" in origin ? origin.nameSpan : origin.span;
      add(rule, { source: origin.source, span }, report);
    },
    reportSpan: (rule, span, report) => add(rule, { source: parsed.source, span }, report),
  };
}

/** A context for each task whose driver is qemu, in the order of the file. */
function* qemuTasks(context: JobContext): Iterable<TaskContext> {
  for (const [groupIndex, group] of (context.job.TaskGroups ?? []).entries()) {
    const groupPath = ["TaskGroups", groupIndex];
    for (const [taskIndex, task] of (group.Tasks ?? []).entries()) {
      if (task.Driver !== "qemu") continue;
      yield { ...context, group, groupPath, task, taskPath: [...groupPath, "Tasks", taskIndex] };
    }
  }
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** By file, place and severity; the same finding of two roads (a value inherited by two tasks) stands once. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings
    .filter(({ code, source, span, message }) => {
      const key = JSON.stringify([source.name, span.start, span.end, code, message]);
      return !seen.has(key) && seen.add(key);
    })
    .sort(
      (a, b) =>
        (a.source.name < b.source.name ? -1 : a.source.name > b.source.name ? 1 : 0) ||
        a.span.start - b.span.start ||
        RANK[a.severity] - RANK[b.severity] ||
        a.span.end - b.span.end ||
        (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
}
