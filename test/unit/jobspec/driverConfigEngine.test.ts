import { describe, expect, test } from "vitest";
import { decodeDriverConfig, decodePluginConfig } from "../../../src/jobspec/driverConfigEngine.ts";
import {
  formatDriverConfigProblems,
  type DecodedDriverConfig,
  type DriverConfigScope,
  type DriverSpec,
} from "../../../src/jobspec/driverConfigTypes.ts";
import type { NodeDescription } from "../../../src/jobspec/node.ts";

const STRING = { kind: "string" } as const;
const SPEC: DriverSpec = {
  path: { type: STRING, presence: "required" },
  args: { type: { kind: "list", element: STRING }, presence: "optional" },
  flag: { type: { kind: "bool" }, presence: "optional" },
  ports: { type: { kind: "list", element: { kind: "map", element: { kind: "number" } } }, presence: "optional" },
};

const node: NodeDescription = {
  knowledge: "complete",
  id: "11111111-2222-3333-4444-555555555555",
  name: "n1",
  datacenter: "dc1",
  class: "vm",
  pool: "default",
  region: "global",
  attributes: { "kernel.name": "linux", "driver.qemu": "1", "driver.qemu.version": "7.2.22", "cpu.numcores": "2" },
  meta: { rack: "r1", "dash-key": "dashed", "dot.key": "dotted" },
  drivers: {},
};
const scope: DriverConfigScope = {
  environment: {
    NOMAD_TASK_NAME: "vm",
    NOMAD_MEMORY_LIMIT: "300",
    "A.B": "dotted",
    "with-dash": "dashed",
    "a..b": "empty part",
    "a.": "ends in a dot",
  },
  node,
};
const decode = (config: Record<string, unknown> | null, other: Partial<DriverConfigScope> = {}): DecodedDriverConfig =>
  decodeDriverConfig(config, SPEC, { ...scope, ...other });
const argument = (text: string, other: Partial<DriverConfigScope> = {}): DecodedDriverConfig =>
  decode({ path: "p", args: [text] }, other);

describe("texts of a driver's config", () => {
  test.each([
    ["plain", "plain"],
    ["${NOMAD_TASK_NAME}", "vm"],
    ["a-${NOMAD_TASK_NAME}-${meta.rack}", "a-vm-r1"],
    ["${A.B} ${with-dash}", "dotted dashed"],
    [
      '${env["A.B"]} ${env["with-dash"]} ${env["a..b"]} ${env["a."]} ${env.NOMAD_TASK_NAME}',
      "dotted dashed empty part ends in a dot vm",
    ],
    ["${meta.dash-key} ${meta.dot.key} ${node.meta.rack}", "dashed dotted r1"],
    ["${attr.driver.qemu.version} ${node.attr.kernel.name}", "7.2.22 linux"],
    [
      "${node.unique.id} ${node.datacenter} ${node.class} ${node.pool} ${node.region} ${node.unique.name}",
      "11111111-2222-3333-4444-555555555555 dc1 vm default global n1",
    ],
    ["$${NOMAD_TASK_NAME}", "${NOMAD_TASK_NAME}"],
    ["%%{if}", "%{if}"],
    ["100%", "100%"],
    ["\ufeff\ufeffmarked \ufeff", "\ufeffmarked \ufeff"],
    ["\ufeff${NOMAD_TASK_NAME}", "vm"],
    ["${NOMAD_MEMORY_LIMIT * 2}", "600"],
    ['${NOMAD_MEMORY_LIMIT > 200 ? upper(NOMAD_TASK_NAME) : lower("X")}', "VM"],
    ["%{ if attr.cpu.numcores > 1 }-smp%{ endif }", "-smp"],
    [
      '${int(3.7)} ${int(-3.7)} ${hasindex([1], 0)} ${hasindex([1], 1)} ${hasindex(env, "A.B")} ${int(-0.5)}',
      "3 -3 true false true 0",
    ],
    [
      '${strlen(meta.rack)}${substr("abc", 1, 2)}${reverse("ab")}${coalesce(null, "x")}${max(1, 2)}${min(1, 2)}${abs(-1)}',
      "2bcbax211",
    ],
    ['${jsonencode(concat([1], [2]))}${jsondecode("[5]")[0]}${length([1])}', "[1,2]51"],
  ])("%s becomes %s", (text, expected) => {
    expect(argument(text)).toMatchObject({ values: { args: [expected] }, problems: [], unknown: [] });
  });

  test.each([
    ["${nope}", 'Unknown variable: There is no variable named "nope". Did you mean "node"?'],
    [
      "${NOMAD_TASKNAME}",
      'Unknown variable: There is no variable named "NOMAD_TASKNAME". Did you mean "NOMAD_TASK_NAME"?',
    ],
    ["${NOMAD_PORT_ssh}", 'Unknown variable: There is no variable named "NOMAD_PORT_ssh".'],
    ["${meta.image}", 'Unsupported attribute: This object does not have an attribute named "image".'],
    ["${node.nope}", 'Unsupported attribute: This object does not have an attribute named "nope".'],
    [
      "${attr.driver.qemu}",
      'Incorrect attribute value type: Inappropriate value for attribute "args": element 0: string required, but have object.',
    ],
    [
      "${env}",
      'Incorrect attribute value type: Inappropriate value for attribute "args": element 0: string required, but have map of string.',
    ],
    ["${NOMAD_TASK_NAME[0]}", "Invalid index: This value does not have any indices."],
    ["${upper(1, 2)}", 'Too many function arguments: Function "upper" expects only 1 argument(s).'],
    ["${upper()}", 'Not enough function arguments: Function "upper" expects 1 argument(s). Missing value for "str".'],
    ["${upperr(1)}", 'Call to unknown function: There is no function named "upperr". Did you mean "upper"?'],
    ['${max("a")}', 'Invalid function argument: Invalid value for "numbers" parameter: a number is required.'],
    ["${lower(null)}", 'Invalid function argument: Invalid value for "str" parameter: argument must not be null.'],
    ["${lower([])}", 'Invalid function argument: Invalid value for "str" parameter: string required, but have tuple.'],
    ['${1 + "x"}', "Invalid operand: Unsuitable value for right operand: a number is required."],
    ["${!1}", "Invalid operand: Unsuitable value for unary operand: bool required, but have number."],
    [
      "x${[1]}",
      "Invalid template interpolation value: Cannot include the given value in a string template: string required, but have tuple.",
    ],
    ["${env.nope}", 'Missing map element: This map does not have an element with the key "nope".'],
    ["${meta.rack.x}", "Unsupported attribute: Can't access attributes on a primitive-typed value (string)."],
    ["${[1].x}", "Unsupported attribute: This value does not have any attributes."],
  ])("%s is refused: %s", (text, expected) => {
    const { problems } = argument(text);
    expect(problems.map(({ summary, detail }) => `${summary}: ${detail}`)).toEqual([expected]);
    expect(problems[0]?.path).toEqual(["args", 0]);
  });

  test.each([
    ["${}", ["Invalid expression"]],
    ["%{ if }", ["Invalid expression", "Unexpected end of template"]],
    ['${trim("a", "b")}', ["Call to unknown function"]],
    ["${length(NOMAD_TASK_NAME)}", ["Error in function call"]],
    ['${hasindex(node, "id")}', ["Error in function call"]],
    ["${hasindex(1, 2)}", ["Error in function call"]],
    // What is left of the value is of a wrong type too.
    ["${[nope, 1]}", ["Unknown variable", "Incorrect attribute value type"]],
    ['${{ for x in [1, 2] : "a" => x }}', ["Duplicate object key", "Incorrect attribute value type"]],
    ["${upper(nope)}", ["Unknown variable"]],
    ["${unclosed", ["Unclosed template interpolation sequence"]],
  ])("%s is refused with HCL's label", (text, expected) => {
    const summaries = argument(text).problems.map(({ summary }) => summary);
    expect(summaries).toEqual(expected);
  });

  test("an argument that could not be evaluated is null and not called unknown", () => {
    expect(argument("${nope}")).toMatchObject({ values: { path: "p", args: null }, unknown: [] });
  });

  test("keys of objects are texts too", () => {
    const { values } = decode({ path: "p", ports: [{ "${meta.rack}": 1, "x-${NOMAD_TASK_NAME}": 2 }] });
    expect(values["ports"]).toEqual([{ r1: 1, "x-vm": 2 }]);
    expect(decode({ path: "p", ports: [{ "${meta.rack}": 1, r1: 2 }] }).problems).toMatchObject([
      { summary: "Duplicate object attribute", path: ["ports", 0, "r1"] },
    ]);
  });
});

describe("the schema", () => {
  test("converts as HCL does", () => {
    const config = { path: 5, args: [1, true, "x", null], flag: "true", ports: [{ a: "22" }, { b: 8080, c: null }] };
    expect(decode(config)).toEqual({
      values: { path: "5", args: ["1", "true", "x", null], flag: true, ports: [{ a: 22 }, { b: 8080, c: null }] },
      unknown: [],
      problems: [],
    });
  });

  test("says null for what the config does not say", () => {
    expect(decode({ path: "p" }).values).toEqual({ path: "p", args: null, flag: null, ports: null });
    expect(decode({ path: "p", args: null }).problems).toEqual([]);
  });

  test.each([
    [{ path: ["a"] }, ["path"], "string required, but have tuple."],
    [{ path: "p", args: "x" }, ["args"], "list of string required, but have string."],
    [{ path: "p", args: ["a", ["b"]] }, ["args", 1], "element 1: string required, but have tuple."],
    [{ path: "p", flag: "yes" }, ["flag"], "a bool is required."],
    [{ path: "p", flag: 1 }, ["flag"], "bool required, but have number."],
    [{ path: "p", ports: { a: 1 } }, ["ports"], "list of map of number required."],
    [{ path: "p", ports: [["a"]] }, ["ports", 0], "element 0: map of number required."],
    [{ path: "p", args: "${env}" }, ["args"], "list of string required."],
    [{ path: "p", flag: "TRUE" }, ["flag"], 'a bool is required; to convert from string, use lowercase "true".'],
    [{ path: "p", ports: [22] }, ["ports", 0], "element 0: map of number required, but have number."],
    [{ path: "p", ports: [{ a: [1] }] }, ["ports", 0, "a"], 'element 0: element "a": number required, but have tuple.'],
    [{ path: "p", ports: [{ a: 1 }, { b: "x" }] }, ["ports", 1, "b"], "a number is required."],
  ])("refuses %j at the right place", (config, path, words) => {
    const name = String(path[0]);
    expect(decode(config).problems).toEqual([
      {
        path,
        summary: "Incorrect attribute value type",
        detail: `Inappropriate value for attribute "${name}": ${words}`,
      },
    ]);
  });

  test("refuses unknown names, does not evaluate them, and guesses", () => {
    const { problems } = decode({ pathh: "${nope}", "//": "a comment", zzz: 1 });
    expect(formatDriverConfigProblems(problems)).toBe(
      [
        "4 errors occurred:",
        "\t* failed to parse config: ",
        '\t* Missing required argument: The argument "path" is required, but no definition was found.',
        '\t* Invalid label: No argument or block type is named "pathh". Did you mean "path"?',
        '\t* Invalid label: No argument or block type is named "zzz".',
        "\n",
      ].join("\n"),
    );
    expect(problems.map(({ path }) => path)).toEqual([[], ["pathh"], ["zzz"]]);
  });

  test.each([[null], [{}]])("refuses %j: there is no config at all", (config) => {
    expect(decode(config).problems).toMatchObject([{ path: [], summary: "Root value must be object" }]);
  });
});

describe("what is not known yet", () => {
  test("variables that will exist are unknown, not wrong", () => {
    const result = argument("${NOMAD_PORT_ssh}", { unknownEnvironment: ["NOMAD_PORT_ssh"] });
    expect(result).toEqual({
      values: { path: "p", args: [null], flag: null, ports: null },
      unknown: [["args", 0]],
      problems: [],
    });
    expect(argument('${env["NOMAD_PORT_ssh"]}', { unknownEnvironment: ["NOMAD_PORT_ssh"] }).unknown).toEqual([
      ["args", 0],
    ]);
  });

  test("names that the host may pass on are unknown, Nomad's own are not", () => {
    const partial = { environmentKnowledge: "partial" } as const;
    expect(argument("${PATH}", partial)).toMatchObject({ problems: [], unknown: [["args", 0]] });
    expect(argument('${env["PATH"]}', partial)).toMatchObject({ problems: [], unknown: [["args", 0]] });
    expect(argument("${NOMAD_TASKNAME}", partial).problems).toHaveLength(1);
    expect(argument("${NOMAD_TASK_NAME}", partial).values["args"]).toEqual(["vm"]);
  });

  test("attributes that a partly known node may have are unknown, on any way to them", () => {
    const partly = { node: { ...node, knowledge: "partial", id: undefined } as NodeDescription };
    for (const name of ["attr.nope", "attr.a.b.c", "meta.image", "node.attr.nope", "node.meta.x", "node.unique.id"]) {
      expect([name, argument(`\${${name}}`, partly)]).toMatchObject([name, { problems: [], unknown: [["args", 0]] }]);
    }
    expect(argument("${attr.kernel.name}", partly).values["args"]).toEqual(["linux"]);
    expect(argument("${node.nope}", partly).problems).toMatchObject([{ summary: "Unsupported attribute" }]);
  });

  test("only the elements that depend on it are unknown", () => {
    const partly = { node: { ...node, knowledge: "partial" } as NodeDescription };
    expect(decode({ path: "p", args: ["a", "${attr.nope}", "c"] }, partly)).toMatchObject({
      values: { args: ["a", null, "c"] },
      unknown: [["args", 1]],
    });
  });
});

describe("a plugin's config", () => {
  test("has no variables", () => {
    expect(decodePluginConfig({ path: "${env}" }, SPEC).problems).toMatchObject([
      { path: ["path"], summary: "Variables not allowed" },
    ]);
    expect(decodePluginConfig({ path: "${1 + 1}" }, SPEC).values["path"]).toBe("2");
  });
});

test("hostile configs end in a problem, not in an exception", () => {
  let nested: unknown = "x";
  for (let depth = 0; depth < 500; depth++) nested = [nested];
  expect(decode({ path: nested }).problems).toHaveLength(1);
  expect(argument(`\${${"(".repeat(2000)}1${")".repeat(2000)}}`).problems.length).toBeGreaterThan(0);
  expect(argument("${[for a in [for i in [1,2,3] : i] : a]}").problems).toHaveLength(1);
});
