// Variables and locals: where values come from, what wins, and what is wrong with them.
import { describe, expect, test } from "vitest";
import { SourceText } from "../../../src/hcl/source.ts";
import type { VariableInput } from "../../../src/jobspec/parse.ts";
import { formatParseError } from "../../../src/jobspec/parseError.ts";
import { errorsOf, parse, valueAt } from "../../support/jobspec.ts";

const declared = (body: string): string =>
  `variable "x" {\n${body}\n}\njob "j" {\n  meta = { v = jsonencode(var.x) }\n}\n`;
const valueOfX = (body: string, variables: VariableInput = {}): unknown =>
  valueAt(parse(declared(body), { variables }), ["Meta", "v"]);
const errorsWith = (body: string, variables: VariableInput = {}): readonly string[] =>
  errorsOf(parse(declared(body), { variables }));
const file = (text: string): VariableInput => ({ files: [new SourceText("v.hcl", text)] });

describe("values", () => {
  const input: VariableInput = {
    environment: { NOMAD_VAR_x: "env" },
    files: [new SourceText("a.hcl", 'x = "a"\n'), new SourceText("b.hcl", 'x = "b"\n')],
    flags: [
      { name: "x", value: "first" },
      { name: "x", value: "last" },
    ],
  };
  const { environment, files, flags } = input;

  test.each<[string, VariableInput, string]>([
    ["the default", {}, "dflt"],
    ["the environment before the default", { environment: environment ?? {} }, "env"],
    ["the last file before the environment", { environment: environment ?? {}, files: files ?? [] }, "b"],
    ["the last flag before all", { environment: environment ?? {}, files: files ?? [], flags: flags ?? [] }, "last"],
  ])("come from %s", (_, variables, expected) => {
    expect(valueOfX('default = "dflt"', variables)).toBe(JSON.stringify(expected));
  });

  test.each<[string, string, string]>([
    ["type = string", "5", '"5"'],
    ["type = string", '"q"', '"\\"q\\""'],
    ["type = number", "1.5", "1.5"],
    ["", "[1]", '"[1]"'],
    ["type = bool", '"true"', "true"],
    ["type = list(string)", "[1, true]", '["1","true"]'],
    ["type = map(string)", "{ c : 1 }", '{"c":"1"}'],
    ['default = ["a", 1]', '["b", 2]', '["b",2]'],
  ])("with %j the flag %j is %j", (body, value, expected) => {
    expect(valueOfX(body, { flags: [{ name: "x", value }] })).toBe(expected);
  });

  test("a variables block gives defaults without types", () => {
    const parsed = parse(
      'variables {\n  a = "x"\n  b = [1]\n}\njob "j" {\n  meta = { v = jsonencode([var.a, var.b]) }\n}\n',
    );
    expect(valueAt(parsed, ["Meta", "v"])).toBe('["x",[1]]');
    expect(parsed.variables).toEqual([
      { name: "a", description: undefined, typeText: undefined, hasValue: true },
      { name: "b", description: undefined, typeText: undefined, hasValue: true },
    ]);
  });

  test("declarations are told with their type as written", () => {
    const { variables } = parse(declared('type = list(string)\ndescription = "names"'), { mode: "editor" });
    expect(variables).toEqual([{ name: "x", description: "names", typeText: "list(string)", hasValue: false }]);
  });
});

describe("mistakes", () => {
  test.each<[string, VariableInput, readonly string[]]>([
    ["", {}, ['<nil> Unset variable "x"']],
    ["default = upper(1)", {}, ["2,11-19 Function calls not allowed"]],
    ["default = var.y", {}, ["2,11-14 Variables not allowed"]],
    ["type = any", {}, ["2,8-11 Invalid type specification"]],
    ["type = number\ndefault = {}", {}, ["3,11-13 Invalid default value for variable"]],
    ["defualt = 1\ndefault = 1", {}, ["2,1-8 Unsupported argument"]],
    ["default = 1", file("y = 1\n"), ["<nil> Undefined variable"]],
    ["default = 1", { flags: [{ name: "y", value: "1" }] }, ["<nil> Undefined -var variable"]],
    ["default = 1", file('variable "x" {}\n'), ["v.hcl:1,1-9 Variable declaration in a .var file"]],
    ["default = 1", file("x {}\n"), ['v.hcl:1,1-2 Unexpected "x" block']],
    ["type = number", file('x = "a"\n'), ["v.hcl:1,5-8 Invalid value for variable"]],
    ["default = 1", file("x = upper(1)\n"), ["v.hcl:1,5-13 Function calls not allowed"]],
    [
      "type = number\ndefault = {}",
      { flags: [{ name: "x", value: "1" }] },
      ["3,11-13 Invalid default value for variable"],
    ],
    ["type = nope\ndefault = upper(1)\n", {}, ["2,8-12 Invalid type specification"]],
    [
      "description = upper(1)\ndefault = 1",
      {},
      ["2,15-23 Function calls not allowed", "2,15-21 Unsuitable value type"],
    ],
    [
      'default = 1\nvalidation {\nerror_message = "No."\n}',
      {},
      ["3,12-12 Missing required argument", "3,1-11 Invalid variable validation specification"],
    ],
    ['default = 1\n}\nvariable "x" {\nnope = 1', {}, ["<nil> Duplicate variable"]],
    ["default = 1\n}\nvariables {\nx = 1", {}, ["5,1-2 Duplicate variable"]],
    ['default = 1\n}\nvariable "a b" {', {}, ["4,10-15 Invalid variable name", '<nil> Unset variable "a b"']],
    [
      "default = 1",
      file('variable "x" {}\nvariable "y" {}\nx {}'),
      ["v.hcl:1,1-9 Variable declaration in a .var file", "v.hcl:2,1-9 Variable declaration in a .var file"],
    ],
    ["default = 1", file('{ "variable": { "x": {} } }'), ["v.hcl:1,3-13 Variable declaration in a .var file"]],
    [
      "type = number",
      { environment: { NOMAD_VAR_x: "a" }, ...file("x = {}\n"), flags: [{ name: "x", value: "b" }] },
      [":1,1-1 Invalid value for variable"],
    ],
    [
      "type = number",
      {
        flags: [
          { name: "x", value: "a" },
          { name: "x", value: "1" },
        ],
      },
      [],
    ],
    [
      "type = bool",
      { flags: [{ name: "x", value: "yes" }] },
      ["<value for var.x from arguments>:1,1-4 Variables not allowed"],
    ],
  ])("%j %j", (body, variables, expected) => {
    expect(errorsWith(body, variables)).toEqual(expected);
  });

  test("a variable file that cannot be parsed is the only error, with its name", () => {
    const parsed = parse(declared("default = 1"), { variables: file("x = \n") });
    expect(formatParseError(parsed)).toMatch(/^unable to parse var file: v\.hcl:1,5-2,1: Invalid expression; /);
  });

  test("text from the environment or a flag has no place of its own", () => {
    const parsed = parse(declared("type = number"), { variables: { environment: { NOMAD_VAR_x: "a" } } });
    expect(formatParseError(parsed)).toMatch(/^:0,0-0: Invalid value for variable; /);
  });

  test("unknown names are warnings where the caller wants it, which Nomad says beside errors only", () => {
    const variables: VariableInput = {
      ...file("y = 1\n"),
      flags: [{ name: "z", value: "1" }],
      unknownNames: "warning",
    };
    expect(errorsWith("default = 1", variables)).toEqual([]);
    const fine = parse(declared("default = 1"), { variables });
    expect(fine.diagnostics.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["warning", "Undefined variable"],
      ["warning", "Undefined -var variable"],
    ]);
    expect(formatParseError(fine)).toBe("");
    const wrong = formatParseError(parse(declared("default = nope"), { variables })).split("\n");
    expect(wrong.map((line) => line.replace(/;.*/, ""))).toEqual([
      expect.stringMatching(/^\S+:2,11-15: Variables not allowed$/),
      "<nil>: Undefined variable",
      "<nil>: Undefined -var variable",
    ]);
  });

  test("an unknown name in the environment is no error", () => {
    expect(errorsWith("default = 1", { environment: { NOMAD_VAR_y: "1" } })).toEqual([]);
  });
});

describe("validation rules", () => {
  const rule = (condition: string, value = '"abc"'): readonly string[] =>
    errorsWith(`default = ${value}\nvalidation {\n  condition = ${condition}\n  error_message = "No."\n}`);

  test.each<[string, readonly string[]]>([
    ['var.x == "abc"', []],
    ['var.x == "abc" ? "true" : "false"', []],
    ["strlen(var.x) == 4", ["2,11-16 Invalid value for default variable"]],
    ["true", ["4,15-19 Invalid variable validation condition"]],
    ['length([for v in [var.x] : v if v != ""]) == 1', []],
    ['"%{ if true }%{ for v in [var.x] }${v}%{ endfor }%{ endif }" == "abc"', []],
    [
      "[for v in [1] : var.x != v][0] || v",
      ["4,49-50 Invalid reference in variable validation", "4,49-50 Unknown variable"],
    ],
    [
      'var["x"] == "abc"',
      ["4,15-23 Invalid reference in variable validation", "4,15-32 Invalid variable validation condition"],
    ],
    [
      "attr.y",
      [
        "4,15-21 Invalid reference in variable validation",
        "4,15-21 Invalid variable validation condition",
        "4,15-19 Unknown variable",
      ],
    ],
    ["upper(var.x)", ["4,15-27 Invalid variable validation result"]],
    ['var.x == "abc" ? null : true', ["4,15-43 Invalid variable validation result"]],
    ["var.x != local.y", ["4,24-31 Invalid reference in variable validation", "4,24-29 Unknown variable"]],
  ])("%s", (condition, expected) => {
    expect(rule(condition)).toEqual(expected);
  });

  test.each<[string, readonly string[]]>([
    ["5", []],
    ['" "', ["5,17-20 Invalid validation error message"]],
    ["null", ["5,17-21 Unsuitable value type"]],
    ['"${y}"', ["5,20-21 Variables not allowed", "5,17-23 Unsuitable value type"]],
  ])("with the message %s", (message, expected) => {
    expect(
      errorsWith(`default = "a"\nvalidation {\n  condition = var.x == "a"\nerror_message = ${message}\n}`),
    ).toEqual(expected);
  });

  test("a broken rule is told with the value's place and the rule's message", () => {
    const text = declared(
      'default = "a"\nvalidation {\n  condition = var.x == ""\n  error_message = "Must be empty."\n}',
    );
    expect(parse(text).diagnostics[0]?.detail).toContain("Must be empty. (the rule is at job.nomad.hcl:3,1-11)");
    const flags = [{ name: "x", value: "b" }];
    expect(formatParseError(parse(text, { variables: { flags } }))).toMatch(
      /^:0,0-0: Invalid value for cmd variable; /,
    );
  });
});

describe("locals", () => {
  const priority = (locals: string): unknown =>
    valueAt(parse(`locals {\n${locals}\n}\njob "j" {\n  priority = local.a\n}\n`), ["Priority"]);
  const errors = (locals: string): readonly string[] =>
    errorsOf(parse(`locals {\n${locals}\n}\njob "j" {\n  priority = local.a\n}\n`));

  test("may stand in any order", () => {
    expect(priority("a = local.b\nb = local.c + 1\nc = 1")).toBe(2);
    expect(priority("a = length(keys(local))\nb = 1\nc = 2")).toBe(2);
  });

  test("may be thousands in a chain", () => {
    const chain = Array.from({ length: 5000 }, (_, index) => `v${index} = local.v${index + 1}`).join("\n");
    expect(priority(`a = local.v0\n${chain}\nv5000 = 7`)).toBe(7);
  });

  test("that need each other are named", () => {
    expect(errors("a = local.b\nb = local.a")).toEqual(["2,10-12 Unsupported attribute"]);
    const { diagnostics } = parse('locals {\na = local.b\nb = local.a\n}\njob "j" {}\n');
    expect(diagnostics[0]?.detail).toContain("local.a, local.b");
  });

  test("that fail are told once, and not again for what needs them", () => {
    expect(errors("a = local.b\nb = upper(1, 2)")).toEqual(["3,14-15 Too many function arguments"]);
  });

  test("of one name in two blocks are both evaluated", () => {
    expect(errors("a = 1 + {}\n}\nlocals {\na = 2")).toEqual(["2,9-11 Invalid operand"]);
  });

  test("of one name in two blocks: the later counts, and the earlier is marked", () => {
    const parsed = parse('locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\njob "j" {\n  priority = local.a\n}\n');
    expect(valueAt(parsed, ["Priority"])).toBe(2);
    expect(parsed.diagnostics).toMatchObject([
      { severity: "warning", summary: "Dropped by Nomad", subject: { start: 11 } },
    ]);
  });
});
