// Job files become the API's job: values, defaults, inheritance, and what is refused.
import { describe, expect, test } from "vitest";
import type { JobPath } from "../../../src/jobspec/origin.ts";
import { errorsOf, inGroup, inJob, inTask, parse, valueAt } from "../../support/jobspec.ts";

const TASK: JobPath = ["TaskGroups", 0, "Tasks", 0];
const GROUP: JobPath = ["TaskGroups", 0];

describe("a job without more than a name", () => {
  const job = valueAt(parse('job "j" {}\n'), []);

  test("has its label as id and name, and every field of the API", () => {
    expect(job).toMatchObject({
      ID: "j",
      Name: "j",
      Type: null,
      TaskGroups: null,
      Dispatched: false,
      VersionTag: null,
    });
    expect(Object.keys(job as object)).toHaveLength(38);
  });
});

describe("values", () => {
  test.each<[string, JobPath, unknown]>([
    [inTask('      kill_timeout = "1m30s"'), [...TASK, "KillTimeout"], 90_000_000_000],
    [inTask("      kill_timeout = 5"), [...TASK, "KillTimeout"], 5],
    [inTask('      driver = "qemu"'), [...TASK, "Leader"], false],
    [inTask("      leader = true"), [...TASK, "Leader"], true],
    [inGroup('    count = "3"'), [...GROUP, "Count"], 3],
    [inGroup("    count = null"), [...GROUP, "Count"], null],
    [inJob('  datacenters = ["a", 1]'), ["Datacenters"], ["a", "1"]],
    [inJob("  meta {\n    a = 1\n    b = true\n  }"), ["Meta"], { a: "1", b: "true" }],
    [inJob('  meta = { "a.b" = "c" }'), ["Meta"], { "a.b": "c" }],
    [inTask("      env = { __proto__ = 1 }"), [...TASK, "Env"], JSON.parse('{"__proto__":"1"}')],
    [inTask("      template {}"), [...TASK, "Templates", 0, "Perms"], "0644"],
    [
      inTask("      template {\n        change_mode = null\n      }"),
      [...TASK, "Templates", 0, "ChangeMode"],
      "restart",
    ],
    [inGroup('    volume "v" {\n      type = "host"\n    }'), [...GROUP, "Volumes", "v", "Type"], "host"],
    [inTask('      csi_plugin {\n        id = "p"\n      }'), [...TASK, "CSIPluginConfig", "ID"], "p"],
    [
      inTask('      resources {\n        device "gpu" {\n          count = 1.5\n        }\n      }'),
      [...TASK, "Resources", "Devices", 0, "Count"],
      1,
    ],
    [inJob("  affinity {\n    weight = 200\n  }"), ["Affinities", 0, "Weight"], -56],
    [inJob("  affinity {\n    weight = 1e400\n  }"), ["Affinities", 0, "Weight"], -1],
    [inJob("  affinity {\n    weight = -1e30\n  }"), ["Affinities", 0, "Weight"], 0],
    [inGroup('vault {\nrole = []\nnope = 1\ncluster = 2\n}\ntask "t" {}'), [...TASK, "Vault", "Cluster"], "2"],
    [inJob("  periodic {\n    crons = []\n  }"), ["Periodic", "SpecType"], "cron"],
    [inGroup("    scaling {\n      max = 2\n    }"), [...GROUP, "Scaling", "Type"], "horizontal"],
    [inTask('      scaling "CPU" {}'), [...TASK, "ScalingPolicies", 0, "Type"], "vertical_cpu"],
  ])("%# %j at %j", (text, path, expected) => {
    expect(valueAt(parse(text), path)).toEqual(expected);
  });

  test("a field that Go leaves out is not there", () => {
    expect(valueAt(parse(inTask("")), TASK)).not.toHaveProperty("CSIPluginConfig");
  });

  test("stand in the order of the API's struct, whatever the order of the file is", () => {
    const fields = (text: string): readonly string[] => Object.keys(valueAt(parse(text), TASK) as object);
    const plain = fields(inTask(""));
    expect(fields(inTask('leader = true\nenv = { A = "1" }\nuser = "u"\ndriver = "qemu"'))).toEqual(plain);
    const before = plain.indexOf("VolumeMounts") + 1;
    expect(fields(inTask("csi_plugin {}"))).toEqual(plain.toSpliced(before, 0, "CSIPluginConfig"));
  });

  test("of one block are not seen in the next", () => {
    const job = inJob('group "g" {\ntask "a" {\nuser = "u"\nkill_timeout = "1s"\n}\ntask "b" {}\n}');
    expect(valueAt(parse(job), ["TaskGroups", 0, "Tasks", 1])).toMatchObject({
      Name: "b",
      User: "",
      KillTimeout: null,
    });
  });
});

describe("constraints", () => {
  test.each([
    ['attribute = "${attr.a}"\nvalue = "b"', { LTarget: "${attr.a}", RTarget: "b", Operand: "=" }],
    ['attribute = "${attr.a}"\nversion = ">= 1"', { LTarget: "${attr.a}", RTarget: ">= 1", Operand: "version" }],
    ["distinct_hosts = true", { LTarget: "", RTarget: "true", Operand: "distinct_hosts" }],
    [
      'attribute = "${meta.r}"\nvalue = 2\ndistinct_property = ""\nset_contains = ""',
      { LTarget: "${meta.r}", RTarget: "2", Operand: "=" },
    ],
    [
      'distinct_property = "${meta.r}"\nvalue = 2',
      { LTarget: "${meta.r}", RTarget: "2", Operand: "distinct_property" },
    ],
    ['attribute = "a"\nis_set = "x"', { LTarget: "a", RTarget: "", Operand: "=" }],
    ["attribute = null", { LTarget: "", RTarget: "", Operand: "=" }],
    ['regexp = ""\ndistinct_property = ""', { LTarget: "", RTarget: "", Operand: "=" }],
  ])("%j", (text, expected) => {
    expect(valueAt(parse(inJob(`constraint {\n${text}\n}`)), ["Constraints", 0])).toEqual(expected);
  });
});

describe("ports", () => {
  const network = (body: string): unknown =>
    valueAt(parse(inGroup(`network {\n${body}\n}`)), [...GROUP, "Networks", 0]);

  test("with a static number are reserved, others dynamic", () => {
    expect(network('port "a" {\nstatic = 80\n}\nport "b" {\nto = 22\n}')).toMatchObject({
      ReservedPorts: [{ Label: "a", Value: 80, To: 0 }],
      DynamicPorts: [{ Label: "b", Value: 0, To: 22 }],
    });
  });

  test("named port make Nomad drop reserved_ports", () => {
    expect(network('reserved_ports "x" {\nstatic = 9\n}\nport "b" {}')).toMatchObject({ ReservedPorts: null });
    expect(network('reserved_ports "x" {\nstatic = 9\n}')).toMatchObject({
      ReservedPorts: [{ Label: "x" }],
      DynamicPorts: null,
    });
  });
});

describe("inheritance", () => {
  test("a task at the job's level gets a group of its name, before the others", () => {
    const parsed = parse(inJob('  group "g" {}\n  task "t" {\n    driver = "qemu"\n  }'));
    expect(valueAt(parsed, ["TaskGroups", 0, "Name"])).toBe("t");
    expect(valueAt(parsed, ["TaskGroups", 0, "Tasks", 0, "Driver"])).toBe("qemu");
    expect(Object.keys(valueAt(parsed, ["TaskGroups", 0]) as object)).toEqual(
      expect.arrayContaining(Object.keys(valueAt(parsed, ["TaskGroups", 1]) as object)),
    );
  });

  test("vault of the group wins over the job's, the task's own over both", () => {
    const vault = (role: string): string => `vault {\nrole = "${role}"\n}\n`;
    const parsed = parse(
      inJob(
        `${vault("job")}group "a" {\n${vault("group")}task "x" {}\ntask "y" {\n${vault("task")}}\n}\ngroup "b" {\ntask "z" {}\n}`,
      ),
    );
    const role = (group: number, task: number): unknown =>
      valueAt(parsed, ["TaskGroups", group, "Tasks", task, "Vault", "Role"]);
    expect([role(0, 0), role(0, 1), role(1, 0)]).toEqual(["group", "task", "job"]);
  });

  test("the unnamed identity has a field of its own", () => {
    const parsed = parse(inTask('identity {\nenv = true\n}\nidentity {\nname = "aws"\n}'));
    expect(valueAt(parsed, [...TASK, "Identity", "Env"])).toBe(true);
    expect(valueAt(parsed, [...TASK, "Identities"])).toMatchObject([{ Name: "aws" }]);
  });

  test("a group's secrets go to the tasks without own ones, which Nomad doubles", () => {
    const parsed = parse(inGroup('secret "gs" {}\ntask "a" {}\ntask "b" {\nsecret "own" {}\n}'));
    const names = (task: number): unknown =>
      (valueAt(parsed, [...GROUP, "Tasks", task, "Secrets"]) as { Name: string }[]).map(({ Name }) => Name);
    expect([names(0), names(1)]).toEqual([["gs"], ["own", "own"]]);
    expect(parsed.diagnostics).toMatchObject([{ severity: "warning", summary: "Dropped by Nomad" }]);
    expect(parse(inGroup('secret "gs" {}\ntask "a" {}')).diagnostics).toEqual([]);
  });

  test("a job's secrets are added to each task's own", () => {
    const parsed = parse(inJob('secret "js" {}\ngroup "g" {\ntask "t" {\nsecret "own" {}\n}\n}'));
    expect(valueAt(parsed, [...TASK, "Secrets"])).toMatchObject([{ Name: "own" }, { Name: "js" }]);
  });
});

describe("driver config", () => {
  const config = (body: string): unknown => valueAt(parse(inTask(`config {\n${body}\n}`)), [...TASK, "Config"]);

  test.each([
    ['args = ["-m", 5]', { args: ["-m", 5] }],
    ["port_map { ssh = 22 }", { port_map: [{ ssh: 22 }] }],
    ["port_map = { ssh = 22 }", { port_map: [{ ssh: 22 }] }],
    ["port_map = ({ ssh = 22 })", { port_map: { ssh: 22 } }],
    ["gone = null\nl = [null]", { l: [null] }],
    ['image_path = "${NOMAD_ALLOC_DIR}/x"', { image_path: "${NOMAD_ALLOC_DIR}/x" }],
    ['dynamic "m" {\nfor_each = []\n}', { dynamic: [{ m: [{ for_each: [] }] }] }],
  ])("%j", (body, expected) => {
    expect(config(body)).toEqual(expected);
  });
});

describe("what is refused", () => {
  test.each<[string, readonly string[]]>([
    ["", ["<nil> Missing job block"]],
    ['job "a" {}\njob "b" {}\n', ["2,1-8 Duplicate job block"]],
    ["x = 1\n", ["1,1-2 Unsupported argument"]],
    ["job {}\n", ["1,5-6 Missing name for job"]],
    [inJob('  typ = "batch"'), ["2,3-6 Unsupported argument"]],
    [inJob("  groop {}"), ["2,3-8 Unsupported block type"]],
    [inJob("  meta = {}\n  meta {}"), ["3,3-7 Duplicate meta block"]],
    [inJob("  update {}\n  update {}"), ["3,3-9 Duplicate update block"]],
    [inGroup("    count = 1.5"), ["3,13-16 Unsuitable value type"]],
    [inGroup('    count = "x"'), ["3,14-15 Unsuitable value type"]],
    [inGroup("    scaling {}"), ["3,13-13 Missing required argument"]],
    [inGroup('    scaling {\n      max = 1\n      type = "up"\n    }'), ["5,14-18 Invalid group scaling type"]],
    [inTask("      lifecycle {}"), ["4,17-17 Missing required argument"]],
    [inTask('      kill_timeout = "1d"'), ["4,23-25 Unsuitable value type"]],
    [inTask("      kill_timeout = null"), ["4,22-26 Unsuitable value"]],
    [inTask("      user = null"), ["4,14-18 Unsuitable value type"]],
    [inTask("      env {\n        A = null\n      }"), ["5,13-17 Unsuitable value type"]],
    [inTask("      user = (null)"), ["4,15-19 Unsuitable value type"]],
    [inTask('      leader = "%{ for x in [5] }${x}%{ endfor }"'), ["4,17-34 Unsuitable value type"]],
    [inTask("meta {\nl {\na = x.y + 1\na {}\n}\n}"), ["6,5-8 Invalid operand", "5,3-4 Unsuitable value type"]],
    [inTask('      scaling "disk" {}'), ["4,15-21 Invalid scaling policy name"]],
    [inJob('  spread {\n    target "a" {\n      percent = 1.1\n    }\n  }'), ["4,17-20 Unsuitable value type"]],
    [inJob('  spread {\n    target "a" {\n      percent = 0.5\n    }\n  }'), ["4,17-20 Unsuitable value type"]],
    [inJob("  constraint {\n    value = []\n  }"), ["3,13-15 Incorrect attribute value type"]],
    [inJob('  spread {\n    target "a" {\n      percent = 256\n    }\n  }'), ["4,17-20 Unsuitable value type"]],
    ['job "j" {\n  x = 1\n', ["1,9-10 Unclosed configuration block"]],
  ])("%# %j", (text, expected) => {
    const parsed = parse(text);
    expect(errorsOf(parsed)).toEqual(expected);
    expect(parsed.stage).not.toBe("done");
  });

  test.each<[string, readonly string[]]>([
    ['job "a" {\n  x = 1\n}\njob "b" {\n  x = 1\n}\n', ["2,3-4 Unsupported argument", "4,1-8 Duplicate job block"]],
    [inJob("task {}"), ["2,6-7 Missing name for task", "2,6-7 Missing name for task"]],
    [inTask('scaling "a" "b" {}'), ["4,13-16 Extraneous label for scaling", "4,13-16 Extraneous label for scaling"]],
    [inJob("vault {\nx = 1\n}\nvault {}"), ["3,1-2 Unsupported argument", "5,1-6 Duplicate vault block"]],
    [inJob("meta = {}\nmeta {\na = []\n}"), ["3,1-5 Duplicate meta block", "4,5-6 Unsuitable value type"]],
    [inGroup('x = 1\ncount = []\nvault "a" {}'), ["5,7-10 Extraneous label for vault"]],
    [inGroup("x = 1\nmeta = 1\ntask {}"), ["4,8-9 Unsuitable value type"]],
    [inGroup("x = 1\nmeta = 1\nmeta {\na = []\n}"), ["5,1-5 Duplicate meta block"]],
  ])("in several looks, as often as they are made: %j", (text, expected) => {
    expect(errorsOf(parse(text)).toSorted()).toEqual(expected.toSorted());
  });

  test("says what it may have been meant to be", () => {
    const [diagnostic] = parse(inJob('  typ = "batch"')).diagnostics;
    expect(diagnostic?.detail).toContain('Did you mean "type"?');
  });
});
