// How often the machine is asked about QEMU.
import { expect, test } from "vitest";
import { machineProbe } from "../../../src/client/machine.ts";
import type { Fingerprint } from "../../../src/driver/fingerprint.ts";
import { UNRESTRICTED } from "../../../src/driver/pluginConfig.ts";

const HEALTHY: Fingerprint = {
  attributes: {},
  detected: true,
  healthy: true,
  healthDescription: "Healthy",
  emulatorPaths: {},
};
const HANGS: Fingerprint = { ...HEALTHY, detected: false, healthy: false, silent: ["x86_64"] };

test.each([
  ["an answer holds for ten minutes", HEALTHY, 600_000],
  ["a hang is remembered for a minute", HANGS, 60_000],
])("%s, and those who ask side by side cost one question", async (_, answer, validMs) => {
  let now = 0;
  let questions = 0;
  const machine = machineProbe(
    () => now,
    () => {
      questions++;
      return Promise.resolve(answer);
    },
  );
  const ask = () => machine(UNRESTRICTED, { PATH: "/nowhere" });
  const both = await Promise.all([ask(), ask()]);
  expect(both.map(({ fingerprint }) => fingerprint)).toEqual([answer, answer]);
  now = validMs - 1;
  await ask();
  expect(questions).toBe(1);
  now = validMs;
  await ask();
  expect(questions).toBe(2);
});
