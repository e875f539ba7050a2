// Every value of a job knows where it was written.
import { describe, expect, test } from "vitest";
import type { JobPath } from "../../../src/jobspec/origin.ts";
import { inGroup, inJob, inTask, parse } from "../../support/jobspec.ts";

const TASK: JobPath = ["TaskGroups", 0, "Tasks", 0];

/** The text of a value, of its name, and of the whole. */
function textAt(text: string, path: JobPath): readonly (string | undefined)[] {
  const origin = parse(text).origins.get(path);
  const slice = (span: { start: number; end: number } | undefined): string | undefined =>
    span && origin?.source.slice(span);
  return [slice(origin?.span), slice(origin?.nameSpan), slice(origin?.wholeSpan)];
}

describe("origins", () => {
  test.each<[string, JobPath, readonly (string | undefined)[]]>([
    [inTask("user = var.x").replace("var.x", '"u"'), [...TASK, "User"], ['"u"', "user", 'user = "u"']],
    [inTask("logs {}"), [...TASK, "LogConfig"], ["logs", "logs", "logs {}"]],
    [inTask('config {\nargs = ["-m", "5"]\n}'), [...TASK, "Config", "args", 1], ['"5"', undefined, '"5"']],
    [inTask("config {\nm { a = 1 }\nm { a = 2 }\n}"), [...TASK, "Config", "m", 1, "a"], ["2", "a", "a = 2"]],
    [inTask("config {\nm = { a = 1 }\n}"), [...TASK, "Config", "m", 0, "a"], ["1", "a", "a = 1"]],
    [inTask('env = { "A.B" = 1 }'), [...TASK, "Env", "A.B"], ["1", '"A.B"', '"A.B" = 1']],
    [inTask("env {\nA = 1\n}"), [...TASK, "Env", "A"], ["1", "A", "A = 1"]],
    [
      inGroup('network {\nport "a" {}\nport "b" {\nstatic = 9\n}\n}'),
      ["TaskGroups", 0, "Networks", 0, "ReservedPorts", 0, "Value"],
      ["9", "static", "static = 9"],
    ],
    [
      inGroup('network {\nport "a" {}\n}'),
      ["TaskGroups", 0, "Networks", 0, "DynamicPorts", 0, "Label"],
      ['"a"', undefined, '"a"'],
    ],
    [
      inTask('identity {\nname = "x"\n}\nidentity {\nenv = true\n}'),
      [...TASK, "Identity", "Env"],
      ["true", "env", "env = true"],
    ],
    [
      inTask('identity {\nenv = true\n}\nidentity {\nname = "x"\n}'),
      [...TASK, "Identities", 0, "Name"],
      ['"x"', "name", 'name = "x"'],
    ],
    [
      inJob('vault {\nrole = "r"\n}\ngroup "g" {\ntask "t" {}\n}'),
      [...TASK, "Vault", "Role"],
      ['"r"', "role", 'role = "r"'],
    ],
    [inJob('task "t" {\nuser = "u"\n}'), [...TASK, "User"], ['"u"', "user", 'user = "u"']],
    [
      inJob('constraint {\nattribute = "a"\nversion = "1"\n}'),
      ["Constraints", 0, "RTarget"],
      ['"1"', "version", 'version = "1"'],
    ],
    [inJob(""), ["ID"], ['"j"', undefined, '"j"']],
    [inJob(""), [], ['job "j"', "job", 'job "j" {\n\n}']],
  ])("%# %j", (text, path, expected) => {
    expect(textAt(text, path)).toEqual(expected);
  });

  test("tell the expression and the value before conversion", () => {
    const origin = parse(inGroup('count = "3"')).origins.get(["TaskGroups", 0, "Count"]);
    expect(origin?.expression?.kind).toBe("template");
    expect(origin?.value).toEqual({ kind: "string", value: "3" });
  });

  test("of a value that is not written out: the nearest that is", () => {
    const { origins } = parse(inTask('config {\nargs = concat(["a"], ["b"])\n}'));
    expect(origins.get([...TASK, "Config", "args", 1])).toBeUndefined();
    expect(origins.nearest([...TASK, "Config", "args", 1])).toBe(origins.get([...TASK, "Config", "args"]));
    expect(origins.nearest([...TASK, "KillTimeout"])).toBe(origins.get(TASK));
  });

  test("can be listed by path", () => {
    const paths = [...parse(inTask('user = "u"')).origins.entries()].map(([path]) => path);
    expect(paths).toContain('["TaskGroups",0,"Tasks",0,"User"]');
    expect(new Set(paths).size).toBe(paths.length);
  });
});
