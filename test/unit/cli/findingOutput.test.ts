import path from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { formatProblem } from "../../../src/base/result.ts";
import { printFindings, type FileFindings, type FindingFormat } from "../../../src/cli/findingOutput.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import type { Finding } from "../../../src/lint/finding.ts";

const source = new SourceText("a, b.hcl", 'x\n\targs = ["é", "-bad"]\n');
const at = source.text.indexOf('"-bad"');
const finding: Finding = {
  code: "qemu/args-not-allowed",
  severity: "error",
  message: '"-bad" is not in args_allowlist: 100 % no\nask',
  source,
  span: { start: at, end: at + 6 },
  url: "docs/rules.md#qemuargs-not-allowed",
  fixes: [{ title: "Remove this argument", kind: "safe", edits: [{ span: { start: at, end: at + 6 }, newText: "" }] }],
};

const root = path.resolve(import.meta.dirname, "../../..");
const url = `${pathToFileURL(root).href}/docs/rules.md#qemuargs-not-allowed`;
const found = (findings: readonly Finding[]): FileFindings[] => [{ file: source.name, findings }];

function print(format: FindingFormat, files: readonly FileFindings[] = found([finding])): { out: string; err: string } {
  const lines = { out: [] as string[], err: [] as string[] };
  const terminal: Terminal = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    environment: {},
    cwd: "/",
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: false,
    columns: undefined,
    color: "off",
    write: (data) => lines.out.push(String(data)),
    print: (text) => lines.out.push(text),
    note: (text) => lines.err.push(text),
    complain: (problem) => lines.err.push(formatProblem(problem)),
    style: (_, text) => text,
    isFlushed: () => true,
  };
  printFindings(terminal, files, format);
  return { out: lines.out.join("\n"), err: lines.err.join("\n") };
}

test("text shows the line and marks the place, tabs and accents included", () => {
  const { out, err } = print("text");
  expect(out.split("\n")).toEqual([
    'a, b.hcl:2:15: error: "-bad" is not in args_allowlist: 100 % no',
    "ask [qemu/args-not-allowed]",
    '    \targs = ["é", "-bad"]',
    "    \t             ^^^^^^",
  ]);
  expect(err).toBe(`1 error\nThe rules are explained in ${url.split("#")[0]}`);
});

test("text: a long line is cut around the place, and control characters are shown, not obeyed", () => {
  const text = `${"x".repeat(500)}\u001b[31m"-bad"${"y".repeat(500)}\n`;
  const long = new SourceText("long.hcl", text);
  const start = text.indexOf('"-bad"');
  const { out } = print("text", [
    { file: "long.hcl", findings: [{ ...finding, source: long, span: { start, end: start + 6 } }] },
  ]);
  const [, , line = "", mark = ""] = out.split("\n");
  expect(line.length).toBeLessThan(200);
  expect(line).toContain('␛[31m"-bad"yy');
  expect(line.slice(mark.indexOf("^"), mark.lastIndexOf("^") + 1)).toBe('"-bad"');
});

test("json is one document with ranges from 0", () => {
  expect(JSON.parse(print("json").out)).toEqual([
    {
      file: "a, b.hcl",
      code: "qemu/args-not-allowed",
      severity: "error",
      message: finding.message,
      range: { start: { line: 1, character: 14 }, end: { line: 1, character: 20 } },
      url,
      fixes: [
        {
          title: "Remove this argument",
          edits: [{ range: { start: { line: 1, character: 14 }, end: { line: 1, character: 20 } }, newText: "" }],
        },
      ],
    },
  ]);
});

test("github commands escape what would break them", () => {
  expect(print("github").out).toBe(
    '::error file=a%2C b.hcl,line=2,col=15,endLine=2,endColumn=21,title=qemu/args-not-allowed::"-bad" is not in args_allowlist: 100 %25 no%0Aask',
  );
});

test("sarif names the rule once and counts UTF-16 columns from 1", () => {
  const run = (JSON.parse(print("sarif", found([finding, finding])).out) as { runs: Record<string, never>[] }).runs[0];
  expect(run).toMatchObject({
    columnKind: "utf16CodeUnits",
    tool: {
      driver: {
        rules: [
          {
            id: "qemu/args-not-allowed",
            helpUri: url,
            shortDescription: { text: "The operator does not allow this argument" },
            help: { text: expect.stringContaining("args_allowlist") },
            defaultConfiguration: { level: "error" },
          },
        ],
      },
    },
    results: [
      {
        ruleIndex: 0,
        level: "error",
        locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 15, endColumn: 21 } } }],
      },
      { ruleIndex: 0 },
    ],
  });
});

test.each([
  ["jobs/a b.hcl", "jobs/a%20b.hcl"],
  ["job:1?#.hcl", "job%3A1%3F%23.hcl"],
  ["/srv/a b.hcl", "file:///srv/a%20b.hcl"],
])("sarif: the place of %s is %s", (file, uri) => {
  const document = JSON.parse(print("sarif", [{ file, findings: [finding] }]).out) as unknown;
  const location = { physicalLocation: { artifactLocation: { uri } } };
  expect(document).toMatchObject({ runs: [{ results: [{ locations: [location] }] }] });
});

test("a file that cannot be read stands in every format", () => {
  const problem = { code: "file-missing", what: "There is no such file", where: "gone, here.hcl" };
  const unread = [{ file: "gone, here.hcl", findings: [], unreadable: problem }];
  const error = "gone, here.hcl: There is no such file";
  expect(JSON.parse(print("json", unread).out)).toEqual([{ file: "gone, here.hcl", ok: false, error }]);
  expect(JSON.parse(print("jsonl", unread).out)).toEqual({ file: "gone, here.hcl", ok: false, error });
  expect(print("github", unread).out).toBe(`::error file=gone%2C here.hcl,title=There is no such file::${error}`);
  expect(JSON.parse(print("sarif", unread).out)).toMatchObject({
    runs: [
      {
        results: [],
        invocations: [
          {
            executionSuccessful: false,
            toolExecutionNotifications: [
              {
                level: "error",
                message: { text: error },
                locations: [{ physicalLocation: { artifactLocation: { uri: "gone,%20here.hcl" } } }],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(print("text", unread)).toEqual({ out: "", err: "There is no such file (gone, here.hcl)" });
});

test("no findings: an empty document for machines, a word for people", () => {
  expect(print("json", found([])).out).toBe("[]");
  expect(print("jsonl", found([])).out).toBe("");
  expect(print("text", found([]))).toEqual({ out: "", err: "No findings." });
});
