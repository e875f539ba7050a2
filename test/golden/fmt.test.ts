// The formatter against the recorded `nomad fmt`: every byte of every file, and every error at its line with its label.
import { expect, test } from "vitest";
import { format } from "../../src/hcl/format.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";

interface Row {
  readonly id: string;
  readonly in: string;
  readonly ok: boolean;
  readonly out?: string;
  readonly error?: string;
}

/** `LINE: Summary` of each error that `nomad fmt` printed. */
function recordedErrors(error: string): string[] {
  return Array.from(
    error.matchAll(/^Error: (.*)\n\n {2}on job\.nomad\.hcl line (\d+)/gm),
    ([, summary, line]) => `${line}: ${summary}`,
  );
}

describeGolden("nomad fmt", ["jobspec/fmt.jsonl"], () => {
  const rows = readGoldenLines<Row>("jobspec/fmt.jsonl");

  test(`formats ${rows.filter((row) => row.ok).length} files to the byte, and twice the same`, () => {
    const wrong: string[] = [];
    for (const row of rows) {
      if (!row.ok) continue;
      const once = format(new SourceText("job.nomad.hcl", row.in));
      const twice = once.ok ? format(new SourceText("job.nomad.hcl", once.text)) : once;
      if (!once.ok || once.text !== row.out || !twice.ok || twice.edits.length > 0) wrong.push(row.id);
    }
    expect(wrong).toEqual([]);
  });

  test(`finds the errors of ${rows.filter((row) => !row.ok).length} broken files`, () => {
    const wrong: object[] = [];
    for (const row of rows) {
      if (row.ok) continue;
      const source = new SourceText("job.nomad.hcl", row.in);
      const result = format(source);
      const ours = result.ok
        ? []
        : result.diagnostics.map(({ subject, summary }) => `${source.hclPosition(subject!.start).line}: ${summary}`);
      const theirs = recordedErrors(row.error ?? "");
      if (theirs.length === 0 || ours.join("\n") !== theirs.join("\n")) wrong.push({ id: row.id, ours, theirs });
    }
    expect(wrong).toEqual([]);
  });
});
