// What the three recordings of job files have in common: the same verdict, the same JSON, the same errors.
import { expect, test } from "vitest";
import { exceptionsOf } from "./goldenExceptions.ts";
import { describeGolden, readGoldenLines } from "./golden.ts";
import { runRow, sameErrors, sameJson, type JobRow, type RecordedBy, type RowOutcome } from "./jobspecRows.ts";

/** Defines the tests of one recording. Rows whose result is random are compared by verdict only. */
export function testJobRecording(name: string, rowCount: number, by: RecordedBy = "cli"): void {
  describeGolden(`job files of ${name}`, [`jobspec/${name}.jsonl`], () => {
    const exceptions = exceptionsOf(`jobspec/${name}`);
    const rows = readGoldenLines<JobRow>(`jobspec/${name}.jsonl`);
    const outcomes = new Map<JobRow, RowOutcome>();
    const outcome = (row: JobRow): RowOutcome => {
      let found = outcomes.get(row);
      if (found === undefined) outcomes.set(row, (found = runRow(row, by)));
      return found;
    };
    const compared = rows.filter((row) => !exceptions.has(row.id));

    test("get Nomad's verdict", () => {
      expect(rows.length).toBeGreaterThanOrEqual(rowCount);
      expect(rows.filter((row) => outcome(row).ok !== row.ok).map(({ id }) => id)).toEqual([]);
    });

    test("become Nomad's JSON", () => {
      const accepted = compared.filter((row) => row.ok && row.random !== true);
      expect(accepted.filter((row) => !sameJson(outcome(row).job, row.job)).map(({ id }) => id)).toEqual([]);
    });

    test("are refused with Nomad's summaries at Nomad's places", () => {
      const refused = compared.filter((row) => !row.ok);
      expect(refused.filter((row) => !sameErrors(row, outcome(row).error)).map(({ id }) => id)).toEqual([]);
    });

    test("are excepted by id only where they exist", () => {
      const ids = new Set(rows.map(({ id }) => id));
      expect([...exceptions.keys()].filter((id) => !ids.has(id))).toEqual([]);
    });
  });
}
