// What a lint rule is, and what it sees: a description that documents it, and a context that it reports to.
import type { NodeDescription } from "../jobspec/node.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { Span } from "../hcl/source.ts";
import type { Job, Task, TaskGroup } from "../jobspec/job.ts";
import type { JobPath } from "../jobspec/origin.ts";
import type { ParsedJobFile } from "../jobspec/parse.ts";
import type { Action, Fix, Severity } from "./finding.ts";

export interface LintOptions {
  /** The operator's configuration of the driver that jobs are judged by. */
  readonly pluginConfig: PluginConfig;
  /** What QEMU can do on the machine in question; absent = unknown, and nothing is said about it. */
  readonly fingerprint?: Fingerprint;
  /** The node that placeholders and constraints are resolved against; absent = any node. */
  readonly node?: NodeDescription;
  /** Where the client keeps allocations (absolute); absent = unknown, and lengths of paths are judged by Nomad's usual place. */
  readonly allocRoot?: string;
  /** The system that QEMU will run on; default linux. */
  readonly platform?: NodeJS.Platform;
  /** The Nomad version that the job is written for, such as `1.10.4`; absent = the newest. */
  readonly nomadVersion?: string;
}

/** The description of a rule. docs/rules.md is made from these. */
export interface Rule {
  /** Stable, `<group>/<kebab-case>`. */
  readonly code: string;
  readonly severity: Severity;
  /** One line: what is wrong. Empty where `why` says it all. */
  readonly title: string;
  /** Why it matters and what to do, for docs/rules.md. Markdown, our own words. */
  readonly why: string;
  /** Where the behaviour behind the rule was found: Nomad version and function, QEMU document, or a measurement. */
  readonly source: string;
  /** It speaks of something that is missing, which a file with syntax errors may well contain: silent until it parses. */
  readonly needsWholeFile?: true;
}

/** A finding without what the context knows by itself. */
export interface Report {
  readonly message: string;
  /** Replaces the rule's own severity where the case at hand is harmless or certain to fail. */
  readonly severity?: Severity;
  /** Marks the value (default), or the name that introduces it. */
  readonly mark?: "value" | "name";
  readonly fixes?: readonly Fix[];
  readonly actions?: readonly Action[];
}

export interface JobContext {
  readonly parsed: ParsedJobFile;
  readonly job: Job;
  readonly options: LintOptions;
  /** Marks the value at a path of the job, or its nearest ancestor that is written in the file. */
  reportAt(rule: Rule, path: JobPath, report: Report): void;
  /** Marks a place of the job's own file. */
  reportSpan(rule: Rule, span: Span, report: Report): void;
}

export interface TaskContext extends JobContext {
  readonly group: TaskGroup;
  readonly groupPath: JobPath;
  readonly task: Task;
  readonly taskPath: JobPath;
}

/** Rules that belong together: their descriptions, and the checks that report them. */
export interface RuleGroup {
  /** Heading in docs/rules.md. */
  readonly title: string;
  /** What the rules of the group have in common; those without a title are then listed by their reason alone. */
  readonly intro?: string;
  readonly rules: readonly Rule[];
  /** Called once a file. */
  readonly checkJob?: (context: JobContext) => void;
  /** Called for each task whose driver is qemu. */
  readonly checkTask?: (context: TaskContext) => void;
}
