// The command line against what real Nomad ran for the same jobs, argument for argument.
import { expect, test } from "vitest";
import { commandLine } from "../../src/driver/commandLine.ts";
import { emulatorArchitecture } from "../../src/driver/emulator.ts";
import { firstViolation } from "../../src/driver/policy.ts";
import { decodeTaskConfig } from "../../src/driver/taskConfig.ts";
import { describeGolden, hasGolden, readGoldenLines } from "../support/golden.ts";
import { goldenTask, localNames, type GoldenRow } from "../support/goldenTask.ts";

interface ArgvRow extends GoldenRow {
  readonly argv: readonly string[];
  /** The environment of the task: what templates have put into it is only here. */
  readonly env: Readonly<Record<string, string>>;
  /** Present where the order of the labels was that of a Go map. */
  readonly hostfwdOrder?: string;
}

/** Host forwards sorted: real Nomad puts the labels in any order. */
function withoutOrder(argument: string): string {
  const parts = argument.split(/,(?=hostfwd=)/);
  return [parts[0], ...parts.slice(1).sort()].join(",");
}

const file = "driver/argv.jsonl";
describeGolden("argv", [file, "driver/node.json"], () => {
  const rows = hasGolden(file) ? readGoldenLines<ArgvRow>(file) : [];
  test.each(rows.map((row) => [row.id, row] as const))("%s", (_, row) => {
    const { task, scope, check, input } = goldenTask(row);
    const environment = { ...mapValues(row.env, localNames), ...scope.environment };
    const { taskConfig, refusals, unknown } = decodeTaskConfig(task.Config, { ...scope, environment });
    expect({ refusals, unknown }).toEqual({ refusals: [], unknown: [] });
    if (taskConfig === undefined) return;
    const architecture = emulatorArchitecture(taskConfig);
    const expected = row.argv.map(localNames);
    // One of the recorded emulators is a link to a file of another name.
    const emulatorPath = expected[0] ?? "";
    if (!emulatorPath.startsWith("/opt/emu/")) expect(emulatorPath).toBe(`/usr/bin/qemu-system-${architecture}`);
    expect(firstViolation({ ...check, taskConfig, emulatorPaths: { [architecture]: emulatorPath } })).toBeUndefined();

    const line = commandLine({ ...input, taskConfig, emulatorPath });
    if (row.hostfwdOrder === undefined) expect(line).toEqual(expected);
    else expect(line.map(withoutOrder)).toEqual(expected.map(withoutOrder));
  });
});

function mapValues(
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
