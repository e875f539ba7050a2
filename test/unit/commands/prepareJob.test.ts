// From the text of a job file to what "Run QEMU task" may run, or to what it must say.
import { expect, test } from "vitest";
import { prepareJob, type PrepareInput, type Prepared } from "../../../src/commands/run/prepareJob.ts";
import { UNRESTRICTED } from "../../../src/driver/pluginConfig.ts";

const fingerprint = {
  attributes: { "driver.qemu": "1", "driver.qemu.version": "7.2.22", "driver.qemu.emulators": "x86_64" },
  ...{ detected: true, healthy: true, healthDescription: "Healthy" },
  emulatorPaths: { x86_64: "/usr/bin/qemu-system-x86_64" },
};

function prepare(text: string, changes: Partial<PrepareInput> = {}): Promise<Prepared> {
  return prepareJob({
    ...{ name: "vm.nomad.hcl", text, values: {}, environment: {}, pluginConfig: UNRESTRICTED, fingerprint },
    ...{ dataDir: "/data", ...changes },
  });
}

const task = (name: string, inside = ""): string =>
  `    task "${name}" {\n      driver = "qemu"\n      config {\n        image_path = "local/a.img"\n${inside}      }\n` +
  '      artifact {\n        source = "https://example.com/a.img"\n      }\n    }\n';
const job = (tasks: string, before = ""): string => `${before}job "j" {\n  group "g" {\n${tasks}  }\n}\n`;

test("a job without faults gives a command line for each of its qemu tasks", async () => {
  const prepared = await prepare(job(task("a") + task("b", '        args = ["-smp", "2"]\n')));
  if (prepared.kind !== "ready") throw new Error(JSON.stringify(prepared));
  expect(prepared.job.targets.map((target) => target.task)).toEqual(["a", "b"]);
  const { nomad, local } = prepared.job.targets[1]!.commandLine;
  expect(nomad[0]).toBe("/usr/bin/qemu-system-x86_64");
  expect(nomad.slice(-2)).toEqual(["-smp", "2"]);
  expect(local.join(" ")).toContain("nomad-qemu");
});

test("what is chosen at the start stands as zeros", async () => {
  const text = job(
    task("a", "        graceful_shutdown = true\n        port_map {\n          ssh = 22\n        }\n").replace(
      "      artifact",
      '      resources {\n        network {\n          port "ssh" {}\n        }\n      }\n      artifact',
    ),
  );
  const prepared = await prepare(text);
  if (prepared.kind !== "ready") throw new Error(JSON.stringify(prepared));
  const line = prepared.job.targets[0]!.commandLine.nomad.join(" ");
  expect(line).toContain("/data/alloc/00000000-0000-0000-0000-000000000000/a/qm.sock");
  expect(line).toContain("hostfwd=tcp::0-:22");
});

test("a variable without a value is asked for, and counts when it is given", async () => {
  const text = job(task("a", "        args = var.args\n"), 'variable "args" {\n  type = list(string)\n}\n');
  const asked = await prepare(text);
  expect(asked).toMatchObject({ kind: "unset", variables: [{ name: "args", typeText: "list(string)" }] });
  const given = await prepare(text, { values: { args: '["-nodefaults"]' } });
  if (given.kind !== "ready") throw new Error(JSON.stringify(given));
  expect(given.job.targets[0]!.commandLine.nomad).toContain("-nodefaults");
});

test("a value of the wrong type is refused", async () => {
  const text = job(task("a", "        args = var.args\n"), 'variable "args" {\n  type = list(string)\n}\n');
  expect((await prepare(text, { values: { args: "{" } })).kind).toBe("refused");
});

test("nobody is asked for values of a job that is wrong anyway", async () => {
  const text = job(task("a", "        image_path =\n"), 'variable "unset" {\n  type = string\n}\n');
  expect((await prepare(text)).kind).toBe("refused");
});

test("a data directory too long for the task's socket is refused, and the bytes are told", async () => {
  const text = job(task("a", "        graceful_shutdown = true\n"));
  const dataDir = `/${"d".repeat(60)}`;
  expect((await prepare(text)).kind).toBe("ready");
  expect(await prepare(text, { dataDir })).toMatchObject({
    kind: "refused",
    errors: [{ message: expect.stringContaining("socket path <allocation>/a/qm.sock is longer") }],
  });
});

test("what the operator forbids is refused, with its place", async () => {
  const text = job(task("a", '        args = ["-snapshot"]\n'));
  const prepared = await prepare(text, { pluginConfig: { ...UNRESTRICTED, argsAllowlist: ["-smp"] } });
  expect(prepared).toMatchObject({ kind: "refused", errors: [{ range: { start: { line: 6, character: 16 } } }] });
});

test("what the operator forbids in a task that will not run does not matter", async () => {
  const text = job(task("a", '        args = ["-snapshot"]\n') + task("b"));
  const pluginConfig = { ...UNRESTRICTED, argsAllowlist: ["-smp"] };
  expect((await prepare(text, { pluginConfig, only: { group: "g", task: "b" } })).kind).toBe("ready");
  expect((await prepare(text, { pluginConfig, only: { group: "g", task: "a" } })).kind).toBe("refused");
});

test.each([
  [
    "no qemu task",
    'job "j" {\n  group "g" {\n    task "t" {\n      driver = "raw_exec"\n      config {\n        command = "/bin/true"\n      }\n    }\n  }\n}\n',
  ],
  ["two jobs", job(task("a")) + job(task("b"))],
  ["no job", "# nothing\n"],
  ["broken syntax", 'job "j" {\n'],
])("a file with %s is refused with a message", async (_name, text) => {
  const prepared = await prepare(text);
  if (prepared.kind !== "refused") throw new Error(JSON.stringify(prepared));
  expect(prepared.errors.length).toBeGreaterThan(0);
  for (const { message } of prepared.errors) expect(message).not.toBe("");
});
