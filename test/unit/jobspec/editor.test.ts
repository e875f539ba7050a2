// Editor mode: the best job that can be had from a file with mistakes, and no mistake marked twice.
import { describe, expect, test } from "vitest";
import { errorsOf, inTask, parse } from "../../support/jobspec.ts";

const editor = (text: string): ReturnType<typeof parse> => parse(text, { mode: "editor" });

describe("an unset variable", () => {
  const parsed = editor(
    'variable "image" {}\njob "j" {\n  group "g" {\n    task "t" {\n      user = var.image\n      config {\n        image_path = "local/${var.image}"\n        args = ["-m", var.image]\n      }\n    }\n  }\n}\n',
  );

  test("is a hint at its name, and nothing that hangs on it is an error", () => {
    expect(parsed.diagnostics).toMatchObject([
      { severity: "hint", summary: 'Unset variable "image"', subject: { start: 9, end: 16 } },
    ]);
    expect(parsed.stage).toBe("done");
  });

  test("leaves unknown what hangs on it", () => {
    const task = ["TaskGroups", 0, "Tasks", 0];
    expect(parsed.job?.TaskGroups?.[0]?.Tasks?.[0]).toMatchObject({ User: "", Config: { args: ["-m", null] } });
    expect(parsed.origins.get([...task, "User"])?.value?.kind).toBe("unknown");
    expect(parsed.origins.get([...task, "Config", "image_path"])?.value?.kind).toBe("unknown");
  });
});

describe("a file with mistakes", () => {
  test("gives a job from what is left", () => {
    const parsed = editor(
      'job "j" {\n  group "g" {\n    count = \n    task "t" {\n      driver = "qemu"\n    }\n  }\n}\n',
    );
    expect(parsed.job?.TaskGroups?.[0]?.Tasks?.[0]?.Driver).toBe("qemu");
    expect(parsed.stage).toBe("syntax");
    expect(errorsOf(parsed)).toHaveLength(1);
  });

  test("keeps a job, group and task without a name", () => {
    const parsed = editor("job {\n  group {\n    task {\n      user = 1\n    }\n  }\n}\n");
    expect(parsed.job?.TaskGroups?.[0]?.Tasks?.[0]?.User).toBe("1");
    expect(errorsOf(parsed)).toEqual([
      "1,5-6 Missing name for job",
      "2,9-10 Missing name for group",
      "3,10-11 Missing name for task",
    ]);
  });

  test("tells the errors of variables, locals, the job and driver configs together", () => {
    const parsed = editor(
      'variable "x" {\n  type = any\n}\nlocals {\n  a = upper(1, 2)\n}\njob "j" {\n  typ = 1\n  group "g" {\n    task "t" {\n      user = "${var.x}${local.a}"\n      config {\n        a = local.b\n      }\n    }\n  }\n}\n',
    );
    expect(errorsOf(parsed)).toEqual([
      "2,10-13 Invalid type specification",
      "5,16-17 Too many function arguments",
      "8,3-6 Unsupported argument",
      "13,18-20 Unsupported attribute",
    ]);
  });

  test("of two jobs takes the first", () => {
    const parsed = editor('job "a" {}\njob "b" {}\n');
    expect(parsed.job?.ID).toBe("a");
    expect(errorsOf(parsed)).toEqual(["2,1-8 Duplicate job block"]);
  });

  test("of two blocks that may stand once takes the first", () => {
    const parsed = editor(inTask("      logs {\n        max_files = 1\n      }\n      logs {}"));
    expect(parsed.job?.TaskGroups?.[0]?.Tasks?.[0]?.LogConfig?.MaxFiles).toBe(1);
  });
});

test.each([
  "",
  "{",
  "}",
  "job",
  'job "',
  'job "j" {',
  'job "j" {\n  group "g" {\n    task',
  "variable",
  "locals {",
  '{"job"',
  "\u0000",
  "%{",
  '"${',
])("%j does no harm", (text) => {
  expect(errorsOf(editor(text)).length).toBeGreaterThan(0);
  expect(errorsOf(parse(text)).length).toBeGreaterThan(0);
});
