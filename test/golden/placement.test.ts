// Where the recorded scheduler found no node for a job because of what the job asks for, so do we; and where it placed the
// job, nothing of ours stands against it.
import { expect, test } from "vitest";
import { SourceText } from "../../src/hcl/source.ts";
import { judgeJob, placeable } from "../../src/jobspec/constraints.ts";
import { canonicalize } from "../../src/jobspec/canonicalize.ts";
import { nodeFromApi } from "../../src/jobspec/nodeSources.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { describeGolden, readGoldenJson, readGoldenLines } from "../support/golden.ts";

interface Row {
  readonly id: string;
  readonly hcl: string;
  readonly stage?: string;
  readonly plugin?: Readonly<Record<string, unknown>>;
}

/** Rejections that are not about what a job asks of a node's attributes. */
const OTHER_REASONS: Readonly<Record<string, string>> = {
  "u-volume-mount": "the node's host volumes",
  "br-hostname": "refused by the client after placement",
  "br-unknown-mode": "the node's CNI networks",
  "u-device": "devices, which a node description does not list",
  "u-cores-3": "free cores",
  "e-cores-all-then-other": "free cores",
};

const files = ["driver/errors.jsonl", "driver/argv.jsonl", "driver/node.json"];

describeGolden("placement on the recorded node", files, () => {
  const read = nodeFromApi(readGoldenJson("driver/node.json"));
  if (!read.ok) throw new Error("the recorded node is not a node");
  const node = read.value;
  const rows = [...readGoldenLines<Row>("driver/errors.jsonl"), ...readGoldenLines<Row>("driver/argv.jsonl")];
  // Another plugin configuration changes the node.
  const here = rows.filter(
    ({ plugin, stage }) => Object.keys(plugin ?? {}).length === 0 && stage !== "parse" && stage !== "register",
  );

  test("is refused exactly where Nomad refuses it", () => {
    const different: string[] = [];
    for (const row of here) {
      const { job } = parseJobFile(new SourceText("job.nomad.hcl", row.hcl), { mode: "strict" });
      // Bridge networks and CNI plugins were set up on the machine after the node was recorded.
      if (job === undefined || row.id.startsWith("br-")) continue;
      const verdicts = judgeJob(canonicalize(job), node);
      const refused = placeable(verdicts) === false;
      const expected = row.stage === "placement" && OTHER_REASONS[row.id] === undefined;
      if (refused !== expected)
        different.push(
          `${row.id}: ${verdicts
            .filter(({ met }) => met === false)
            .map(({ text }) => text)
            .join("; ")}`,
        );
    }
    expect(different).toEqual([]);
    expect(here.length).toBeGreaterThan(200);
  });
});
