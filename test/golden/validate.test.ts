// Every error and warning of the server is answered by one of ours, and none beyond, on at least 98 % of the recordings.
// Which code answers which message is in validateCodes.ts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SourceText } from "../../src/hcl/source.ts";
import { canonicalize } from "../../src/jobspec/canonicalize.ts";
import type { Job } from "../../src/jobspec/job.ts";
import type { JobPath } from "../../src/jobspec/origin.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { NO_SERVER, PLAIN_SERVER, serverForRegion, validateJob, type ServerFacts } from "../../src/jobspec/validate.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";
import { exceptionsOf } from "../support/goldenExceptions.ts";
import { CODES } from "./validateCodes.ts";

interface Row {
  readonly id: string;
  readonly hcl: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly errors?: readonly string[];
  readonly warnings?: string;
  readonly status?: number;
  readonly panic?: string;
  readonly exit: number;
  /** The same command where it reaches no server. */
  readonly offline?: { readonly exit: number };
  readonly parse_error?: string;
}

/** One message of the server and the headings it stands under, outermost first. */
interface Message {
  readonly text: string;
  readonly headings: readonly string[];
}

/** The server's lists of errors are nested: a heading says how many items follow. */
function messagesIn(text: string): Message[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim().replace(/^\* /, ""))
    .filter((line) => line !== "" && line !== '"');
  const messages: Message[] = [];
  let at = 0;
  const read = (headings: readonly string[]): void => {
    const line = lines[at++];
    if (line === undefined) return;
    const count = /(\d+) (?:errors?|warnings?)(?: occurred)?:$/.exec(line)?.[1];
    if (count === undefined) messages.push({ text: line, headings });
    else for (let index = 0; index < Number(count); index++) read([...headings, line]);
  };
  while (at < lines.length) read([]);
  return messages;
}

function codeOf({ text, headings }: Message): string {
  const fits = CODES.filter(([message]) => message.test(text));
  const headed = fits.filter(([, , heading]) => heading !== undefined && headings.some((each) => heading.test(each)));
  const chosen = headed.length > 0 ? headed : fits.filter(([, , heading]) => heading === undefined);
  const codes = [...new Set(chosen.map(([, code]) => code))];
  return codes.length === 1 ? (codes[0] ?? "") : `no single code for «${text}»: ${codes.join(", ")}`;
}

const folder = mkdtempSync(join(tmpdir(), "validate-golden-"));
afterAll(() => rmSync(folder, { recursive: true }));

const parsedJobs = new Map<string, Job | undefined>();

function parse(row: Row): Job | undefined {
  if (!parsedJobs.has(row.id)) parsedJobs.set(row.id, parseOnce(row));
  return parsedJobs.get(row.id);
}

function parseOnce(row: Row): Job | undefined {
  const fileRoot = mkdtempSync(join(folder, "job-"));
  for (const [name, text] of Object.entries(row.files ?? {})) {
    mkdirSync(dirname(join(fileRoot, name)), { recursive: true });
    writeFileSync(join(fileRoot, name), text);
  }
  const flags = Object.entries(row.vars ?? {}).map(([name, value]) => ({ name, value }));
  const source = new SourceText("job.nomad.hcl", row.hcl);
  const parsed = parseJobFile(source, { mode: "strict", variables: { flags }, fileRoot });
  return parsed.diagnostics.some(({ severity }) => severity === "error") ? undefined : parsed.job;
}

function exists(value: unknown, path: JobPath): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined && value !== null;
  return typeof value === "object" && value !== null && exists(value[first as never], rest);
}

function theirs(row: Row): string[] {
  const errors = (row.errors ?? []).flatMap(messagesIn).map((message) => `error ${codeOf(message)}`);
  return [...errors, ...messagesIn(row.warnings ?? "").map((message) => `warning ${codeOf(message)}`)].sort();
}

describeGolden("the server's checks", ["jobspec/validate.jsonl"], () => {
  const exceptions = exceptionsOf("jobspec/validate");
  // A request that ends without an answer (a crash, another namespace than the request's) has no verdict of its own.
  const rows = readGoldenLines<Row>("jobspec/validate.jsonl").filter((row) => row.parse_error === undefined);

  test("say what Nomad says, on at least 98 % of the recordings", () => {
    const answered = rows.filter(({ status }) => status === undefined);
    const different: string[] = [];
    for (const row of answered) {
      const job = parse(row);
      const ours =
        job === undefined
          ? ["not parsed"]
          : validateJob(job)
              .map(({ severity, code }) => `${severity} ${code}`)
              .sort();
      if (JSON.stringify(ours) !== JSON.stringify(theirs(row))) different.push(row.id);
    }
    expect(different.filter((id) => !exceptions.has(id))).toEqual([]);
    expect(different.length).toBeLessThan(answered.length * 0.02);
    expect(answered.length).toBeGreaterThan(1000);
  });

  const refuses = (job: Job | undefined, server: ServerFacts): boolean =>
    job === undefined || validateJob(job, server).some(({ severity }) => severity === "error");

  test("refuse a job exactly when nomad job validate does", () => {
    const different = rows.filter((row) => {
      const job = parse(row);
      return refuses(job, serverForRegion(job?.Region ?? null, PLAIN_SERVER)) !== (row.exit !== 0);
    });
    expect(different.map(({ id }) => id).filter((id) => !exceptions.has(id))).toEqual([]);
  });

  test("refuse a job exactly when nomad job validate does without a server", () => {
    const different = rows.filter(
      (row) => row.offline !== undefined && refuses(parse(row), NO_SERVER) !== (row.offline.exit !== 0),
    );
    expect(different.map(({ id }) => id).filter((id) => !exceptions.has(id))).toEqual([]);
  });

  test("point at something that is in the job", () => {
    const astray: string[] = [];
    for (const row of rows) {
      const job = parse(row);
      if (job === undefined) continue;
      const canonical = canonicalize(job);
      for (const { code, path } of validateJob(job)) {
        if (!exists(canonical, path.slice(0, -1))) astray.push(`${row.id} ${code} ${path.join(".")}`);
      }
    }
    expect(astray).toEqual([]);
  });

  test("say so where the real server crashes", () => {
    for (const row of rows.filter(({ panic }) => panic !== undefined)) {
      const job = parse(row);
      const codes = job === undefined ? [] : validateJob(job).map(({ code }) => code);
      expect([row.id, codes]).toEqual([row.id, expect.arrayContaining([expect.stringMatching(/crash/)])]);
    }
  });
});
