// What the driver refuses, against what real Nomad said to the same jobs: the first event, to the letter.
import { expect, test } from "vitest";
import { firstViolation } from "../../src/driver/policy.ts";
import { decodeTaskConfig, failedValidationText } from "../../src/driver/taskConfig.ts";
import { describeGolden, hasGolden, readGoldenLines } from "../support/golden.ts";
import { goldenTask, localNames, type GoldenRow } from "../support/goldenTask.ts";

interface ErrorRow extends GoldenRow {
  readonly stage: string;
  readonly outcome: string;
  readonly events?: readonly { readonly type: string; readonly display: string }[];
}

/** The emulators of the recording machine, and those that its cases added. */
const EMULATORS = Object.fromEntries(
  ["aarch64", "alpha", "arm", "badfmt", "i386", "mips", "rootonly", "riscv64", "x86_64"].map((name) => [
    name,
    `/usr/bin/qemu-system-${name}`,
  ]),
);

/** Labels of HCL's parser and evaluator: the label is kept to the letter, the sentence behind it is ours. */
const OWN_SENTENCES = [
  "Invalid expression",
  "Unexpected end of template",
  "Error in function call",
  "Too many function arguments",
];
const OWN_SENTENCE = new RegExp(`(\\t\\* (?:${OWN_SENTENCES.join("|")})): [^\\n]*`, "g");

/** What the driver itself has to say, in the order in which a client asks: before the config, to the config, at the start. */
function verdictOfDriver(row: ErrorRow): string {
  const { task, scope, check } = goldenTask(row);
  const { taskConfig, refusals } = decodeTaskConfig(task.Config, scope);
  if (taskConfig === undefined) {
    const [first] = refusals;
    const text = first?.event === "Failed Validation" ? failedValidationText(refusals) : first?.message;
    return `${first?.event ?? ""}: ${text ?? ""}`;
  }
  const refusal = firstViolation({ ...check, taskConfig, emulatorPaths: EMULATORS });
  return refusal === undefined ? "accepted" : `${refusal.event}: ${refusal.message}`;
}

/** The event of the recording that is the driver's (or the client's about its config); the executor's are not. */
function recordedVerdict({ events }: ErrorRow): string {
  const event = events?.find(
    ({ type, display }) =>
      type === "Failed Validation" ||
      (type === "Driver Failure" && !display.startsWith("rpc error")) ||
      (type === "Task hook failed" && display.startsWith("validate:")),
  );
  return event === undefined ? "accepted" : `${event.type}: ${localNames(event.display)}`;
}

const file = "driver/errors.jsonl";
describeGolden("driver errors", [file, "driver/node.json"], () => {
  const rows = hasGolden(file) ? readGoldenLines<ErrorRow>(file) : [];
  // Where the server or the scheduler stopped the job, no driver was asked.
  const asked = rows.filter(({ stage }) => stage === "client");
  test.each(asked.map((row) => [row.id, row] as const))("%s", (_, row) => {
    const labels = (text: string): string => text.replace(OWN_SENTENCE, "$1");
    expect(labels(verdictOfDriver(row))).toBe(labels(recordedVerdict(row)));
  });
});
