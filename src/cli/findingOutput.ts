// Findings in the formats of `lint`: text for people, json and jsonl, SARIF 2.1.0, and GitHub's workflow commands.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { pageUrl, VERSION } from "../base/programs.ts";
import type { Problem } from "../base/result.ts";
import type { Finding, Severity } from "../lint/finding.ts";
import { RULES } from "../lint/ruleGroups.ts";
import { RULES_PAGE } from "../lint/ruleUrl.ts";
import { visible } from "./format.ts";
import { unreadableText } from "./fileErrors.ts";
import type { Terminal } from "./terminal.ts";

export type FindingFormat = "text" | "json" | "jsonl" | "sarif" | "github";

export interface FileFindings {
  /** As given on the command line. */
  readonly file: string;
  readonly findings: readonly Finding[];
  /** Why the file could not be read; there are no findings then. */
  readonly unreadable?: Problem;
}

/** What findings are printed with. */
export type Printer = Pick<Terminal, "print" | "note" | "complain" | "style">;

/** Writes all findings in a format; text also ends with a count. */
export function printFindings(terminal: Printer, files: readonly FileFindings[], format: FindingFormat): void {
  const flat = files.flatMap(({ file, findings }) => findings.map((finding) => ({ file, finding })));
  const unread = files.flatMap(({ file, unreadable }) => (unreadable === undefined ? [] : [{ file, unreadable }]));
  switch (format) {
    case "json":
      terminal.print(JSON.stringify(rows(files), undefined, 2));
      break;
    case "jsonl":
      for (const row of rows(files)) terminal.print(JSON.stringify(row));
      break;
    case "sarif":
      terminal.print(JSON.stringify(sarif(flat, unread), undefined, 2));
      break;
    case "github":
      for (const each of unread) terminal.print(githubFailure(each));
      for (const each of flat) terminal.print(githubCommand(each));
      break;
    case "text":
      for (const { unreadable } of unread) terminal.complain(unreadable);
      for (const each of flat) terminal.print(textLines(terminal, each));
      if (flat.length > 0 || unread.length === 0) terminal.note(summaryLine(flat.map(({ finding }) => finding)));
      if (flat.length > 0) terminal.note(terminal.style("dim", `The rules are explained in ${pageUrl(RULES_PAGE)}`));
  }
}

/** An entry for each finding, and one for each file that could not be read. */
function rows(files: readonly FileFindings[]): Record<string, unknown>[] {
  return files.flatMap(({ file, findings, unreadable }) =>
    unreadable === undefined
      ? findings.map((finding) => plainFinding({ file, finding }))
      : [{ file, ok: false, error: unreadableText(file, unreadable) }],
  );
}

interface Located {
  readonly file: string;
  readonly finding: Finding;
}

interface Unread {
  readonly file: string;
  readonly unreadable: Problem;
}

/** The JSON form: ranges from 0, characters in UTF-16 code units. */
export function plainFinding({ file, finding }: Located): Record<string, unknown> {
  const { source } = finding;
  return {
    file,
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    range: source.range(finding.span),
    url: finding.url === undefined ? null : pageUrl(finding.url),
    fixes: finding.fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({ range: source.range(edit.span), newText: edit.newText })),
    })),
  };
}

const STYLE = { error: "error", warning: "warning", info: "dim", hint: "dim" } as const;

/** `file:LINE:COL: severity: message [code]`, then the line with a mark below the place. */
function textLines(terminal: Printer, { file, finding }: Located): string {
  const { source, span, severity } = finding;
  const { start, end } = source.range(span);
  const head = `${file}:${start.line + 1}:${start.character + 1}: ${terminal.style(STYLE[severity], `${severity}:`)} ${visible(finding.message)} ${terminal.style("dim", `[${finding.code}]`)}`;
  const from = source.lineStarts[start.line] ?? 0;
  const to = source.lineStarts[start.line + 1] ?? source.text.length + 1;
  const line = visible(source.text.slice(from, to).replace(/\r?\n$/, ""));
  const last = end.line === start.line ? end.character : line.length;
  const cut = excerpt(line, start.character);
  const width = Math.max(1, Math.min(last - cut.from, cut.text.length) - (start.character - cut.from));
  const indent = cut.text.slice(0, start.character - cut.from).replace(/[^\t]/g, " ");
  const mark = terminal.style(STYLE[severity], "^".repeat(width));
  return [head, `    ${cut.text}`, `    ${indent}${mark}`].join("\n");
}

const EXCERPT_MAX = 160;
/** So much is shown before the place in a line that is too long. */
const EXCERPT_LEAD = 60;

/** The part of a long line that has the place in it. */
function excerpt(line: string, at: number): { readonly from: number; readonly text: string } {
  if (line.length <= EXCERPT_MAX) return { from: 0, text: line };
  const from = Math.max(0, at - EXCERPT_LEAD);
  return { from, text: line.slice(from, from + EXCERPT_MAX) };
}

function summaryLine(findings: readonly Finding[]): string {
  if (findings.length === 0) return "No findings.";
  const counts = (["error", "warning", "info", "hint"] as const)
    .map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 || severity === "info" ? "" : "s"}`);
  return counts.join(", ");
}

const GITHUB_LEVEL: Record<Severity, string> = { error: "error", warning: "warning", info: "notice", hint: "notice" };

/** A workflow command: positions from 1, special characters percent-encoded. */
function githubCommand({ file, finding }: Located): string {
  const { start, end } = finding.source.range(finding.span);
  const place = `file=${property(file)},line=${start.line + 1},col=${start.character + 1},endLine=${end.line + 1},endColumn=${end.character + 1}`;
  return `::${GITHUB_LEVEL[finding.severity]} ${place},title=${property(finding.code)}::${data(finding.message)}`;
}

function githubFailure({ file, unreadable }: Unread): string {
  return `::error file=${property(file)},title=${property(unreadable.what)}::${data(unreadableText(file, unreadable))}`;
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

const SARIF_LEVEL: Record<Severity, string> = { error: "error", warning: "warning", info: "note", hint: "note" };

function sarif(flat: readonly Located[], unread: readonly Unread[]): unknown {
  const rules = new Map(flat.map(({ finding }) => [finding.code, finding.url]));
  const ids = [...rules.keys()].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "nomad-qemu",
            version: VERSION,
            rules: ids.map((id) => sarifRule(id, rules.get(id))),
          },
        },
        invocations: [
          {
            executionSuccessful: unread.length === 0,
            toolExecutionNotifications: unread.map(({ file, unreadable }) => ({
              level: "error",
              message: { text: unreadableText(file, unreadable) },
              locations: [{ physicalLocation: { artifactLocation: { uri: fileUri(file) } } }],
            })),
          },
        ],
        columnKind: "utf16CodeUnits",
        results: flat.map(({ file, finding }) => {
          const { start, end } = finding.source.range(finding.span);
          const region = {
            startLine: start.line + 1,
            startColumn: start.character + 1,
            endLine: end.line + 1,
            endColumn: end.character + 1,
          };
          return {
            ruleId: finding.code,
            ruleIndex: ids.indexOf(finding.code),
            level: SARIF_LEVEL[finding.severity],
            message: { text: finding.message },
            locations: [{ physicalLocation: { artifactLocation: { uri: fileUri(file) }, region } }],
          };
        }),
      },
    ],
  };
}

/** Relative to where the run was started, as code scanning wants it; an absolute path is a URL. */
function fileUri(file: string): string {
  if (path.isAbsolute(file)) return pathToFileURL(file).href;
  // Left as they are, these would begin a scheme, a query and a fragment.
  return encodeURI(file.replaceAll("\\", "/")).replaceAll(/[:?#]/g, encodeURIComponent);
}

/** The rule with its explanation, so that who shows the result elsewhere needs no page of this machine. */
function sarifRule(id: string, url: string | undefined): unknown {
  const rule = RULES.find(({ code }) => code === id);
  return {
    id,
    ...(url === undefined ? {} : { helpUri: pageUrl(url) }),
    ...(rule === undefined
      ? {}
      : {
          shortDescription: { text: rule.title === "" ? rule.why : rule.title },
          help: { text: rule.why, markdown: rule.why },
          defaultConfiguration: { level: SARIF_LEVEL[rule.severity] },
        }),
  };
}
