// The canonical job equals what POST /v1/jobs/parse with Canonicalize answers, on every recorded line.
import { expect, test } from "vitest";
import { canonicalize } from "../../src/jobspec/canonicalize.ts";
import { SourceText } from "../../src/hcl/source.ts";
import type { Job } from "../../src/jobspec/job.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";

interface ParsedRow {
  readonly id: string;
  readonly hcl?: string;
  readonly job?: Job;
}
interface CanonicalRow {
  readonly id: string;
  readonly job: Job;
  /** The request's variables, as the text of a variable file. */
  readonly variables?: string;
}

const SOURCES = ["corpus", "handwritten"];
const files = ["jobspec/canonical.jsonl", ...SOURCES.map((name) => `jobspec/${name}.jsonl`)];

describeGolden("canonical jobs", files, () => {
  const parsed = new Map<string, Job>();
  const texts = new Map<string, string>();
  for (const source of SOURCES) {
    for (const row of readGoldenLines<ParsedRow>(`jobspec/${source}.jsonl`)) {
      if (row.job !== undefined) parsed.set(`${source}/${row.id}`, row.job);
      if (row.hcl !== undefined) texts.set(`${source}/${row.id}`, row.hcl);
    }
  }
  const rows = readGoldenLines<CanonicalRow>("jobspec/canonical.jsonl");

  test("come out of Nomad's parsed jobs as Nomad makes them", () => {
    const different: string[] = [];
    for (const { id, job } of rows) {
      const source = parsed.get(id);
      if (source === undefined) throw new Error(`no parsed job for ${id}`);
      const ours = canonicalize(source);
      if (!equal(ours, job)) different.push(id);
    }
    expect(different).toEqual([]);
    expect(rows.length).toBeGreaterThan(1000);
  });

  test("come out of job files as the server's parse call makes them", () => {
    const different: string[] = [];
    let compared = 0;
    for (const { id, job, variables } of rows) {
      const text = texts.get(id);
      if (text === undefined) continue;
      compared++;
      const files = variables === undefined ? [] : [new SourceText("input.vars", variables)];
      const source = new SourceText("input.hcl", text);
      const ours = parseJobFile(source, { mode: "strict", variables: { files, unknownNames: "warning" } });
      if (ours.stage !== "done" || ours.job === undefined || !equal(plain(canonicalize(ours.job)), job))
        different.push(id);
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  });

  test("stay as they are when canonicalised again", () => {
    const different = rows.filter(({ job }) => !equal(canonicalize(job), job)).map(({ id }) => id);
    expect(different).toEqual([]);
  });

  test("leave the given job alone", () => {
    for (const job of [...parsed.values()].slice(0, 200)) {
      const before = JSON.stringify(job);
      canonicalize(job);
      expect(JSON.stringify(job)).toBe(before);
    }
  });
});

/** As it travels: whole numbers beyond 2^53 become what JSON.parse makes of them. */
const plain = (job: Job): unknown =>
  JSON.parse(JSON.stringify(job, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value)));

/** Equal as JSON, whatever the order of keys. */
function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key as never], right[key as never]))
  );
}
