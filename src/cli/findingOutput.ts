// Findings in the formats of `lint`: text for people, json and jsonl, SARIF 2.1.0, and GitHub's workflow commands.
import { VERSION } from "../base/programs.ts";
import type { Finding, Severity } from "../lint/finding.ts";
import type { Terminal } from "./terminal.ts";

export type FindingFormat = "text" | "json" | "jsonl" | "sarif" | "github";

export interface FileFindings {
  /** As given on the command line. */
  readonly file: string;
  readonly findings: readonly Finding[];
}

/** Writes all findings in a format; text also ends with a count. */
export function printFindings(terminal: Terminal, files: readonly FileFindings[], format: FindingFormat): void {
  const flat = files.flatMap(({ file, findings }) => findings.map((finding) => ({ file, finding })));
  switch (format) {
    case "json":
      terminal.print(JSON.stringify(flat.map(plainFinding), undefined, 2));
      break;
    case "jsonl":
      for (const each of flat) terminal.print(JSON.stringify(plainFinding(each)));
      break;
    case "sarif":
      terminal.print(JSON.stringify(sarif(flat), undefined, 2));
      break;
    case "github":
      for (const each of flat) terminal.print(githubCommand(each));
      break;
    case "text":
      for (const each of flat) terminal.print(textLines(terminal, each));
      terminal.note(summaryLine(flat.map(({ finding }) => finding)));
  }
}

interface Located {
  readonly file: string;
  readonly finding: Finding;
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
    url: finding.url ?? null,
    fixes: finding.fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({ range: source.range(edit.span), newText: edit.newText })),
    })),
  };
}

const STYLE = { error: "error", warning: "warning", info: "dim", hint: "dim" } as const;

/** `file:LINE:COL: severity: message [code]`, then the line with a mark below the place. */
function textLines(terminal: Terminal, { file, finding }: Located): string {
  const { source, span, severity } = finding;
  const { start, end } = source.range(span);
  const head = `${file}:${start.line + 1}:${start.character + 1}: ${terminal.style(STYLE[severity], `${severity}:`)} ${finding.message} ${terminal.style("dim", `[${finding.code}]`)}`;
  const from = source.lineStarts[start.line] ?? 0;
  const to = source.lineStarts[start.line + 1] ?? source.text.length + 1;
  const line = source.text.slice(from, to).replace(/\r?\n$/, "");
  const width = Math.max(1, (end.line === start.line ? end.character : line.length) - start.character);
  const indent = line.slice(0, start.character).replace(/[^\t]/g, " ");
  const mark = terminal.style(STYLE[severity], "^".repeat(width));
  return [head, `    ${line}`, `    ${indent}${mark}`].join("\n");
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
  const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const place = `file=${property(file)},line=${start.line + 1},col=${start.character + 1},endLine=${end.line + 1},endColumn=${end.character + 1}`;
  return `::${GITHUB_LEVEL[finding.severity]} ${place},title=${property(finding.code)}::${data(finding.message)}`;
}

const SARIF_LEVEL: Record<Severity, string> = { error: "error", warning: "warning", info: "note", hint: "note" };

function sarif(flat: readonly Located[]): unknown {
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
            rules: ids.map((id) => {
              const helpUri = rules.get(id);
              return { id, ...(helpUri?.startsWith("http") === true ? { helpUri } : {}) };
            }),
          },
        },
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
            locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region } }],
          };
        }),
      },
    ],
  };
}
