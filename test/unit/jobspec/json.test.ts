// Job files in HCL's JSON form: the schema decides what is an argument and what is a block; strings are templates.
import { describe, expect, test } from "vitest";
import { SourceText } from "../../../src/hcl/source.ts";
import { errorsOf, parse, valueAt } from "../../support/jobspec.ts";

const jobWith = (members: string): string => `{"job":{"j":{${members}}}}`;

describe("a job in JSON", () => {
  test.each<[string, readonly (string | number)[], unknown]>([
    [jobWith('"priority":"50"'), ["Priority"], 50],
    [jobWith('"region":"${upper(\\"eu\\")}"'), ["Region"], "EU"],
    [jobWith('"meta":{"a":"x-${NOMAD_ALLOC_ID}","b":1}'), ["Meta"], { a: "x-${NOMAD_ALLOC_ID}", b: "1" }],
    [jobWith('"update":null'), ["Update"], null],
    [jobWith('"group":[{"a":{}},{"b":[{},{}]}]'), ["TaskGroups", 2, "Name"], "b"],
    [jobWith('"//":"a comment","type":"batch"'), ["Type"], "batch"],
    [
      jobWith('"constraint":[{"attribute":"a"},{"distinct_hosts":true}]'),
      ["Constraints", 1, "Operand"],
      "distinct_hosts",
    ],
    [
      jobWith('"group":{"g":{"network":{"port":{"a":{"static":80},"b":{}}}}}'),
      ["TaskGroups", 0, "Networks", 0, "ReservedPorts", 0, "Label"],
      "a",
    ],
    [
      jobWith('"task":{"t":{"config":{"port_map":{"ssh":22},"args":["-m",5,null,"${1 + 1}"]}}}'),
      ["TaskGroups", 0, "Tasks", 0, "Config"],
      { port_map: { ssh: 22 }, args: ["-m", 5, null, 2] },
    ],
    [
      jobWith(
        '"dynamic":{"group":{"for_each":["a","b"],"iterator":"it","labels":["g-${it.value}"],"content":{"count":"${it.key}"}}}',
      ),
      ["TaskGroups", 1, "Name"],
      "g-b",
    ],
    [
      '{"variable":{"x":{"type":"list(string)","default":["a"]}},"job":{"j":{"datacenters":"${var.x}"}}}',
      ["Datacenters"],
      ["a"],
    ],
    ['{"locals":{"a":"${local.b}c","b":"b"},"job":{"j":{"region":"${local.a}"}}}', ["Region"], "bc"],
    ['{"variable":{"x":{"default":"${keep}"}},"job":{"j":{"region":"${var.x}"}}}', ["Region"], "${keep}"],
  ])("%s at %j", (text, path, expected) => {
    expect(valueAt(parse(text), path)).toEqual(expected);
  });

  test("knows where its values are", () => {
    const text = jobWith('"task":{"t":{"config":{"args":["-m",5]},"user":"u"}}');
    const { origins } = parse(text);
    const slice = (path: readonly (string | number)[], which: "span" | "wholeSpan"): string | undefined => {
      const span = origins.get(path)?.[which];
      return span && text.slice(span.start, span.end);
    };
    const task = ["TaskGroups", 0, "Tasks", 0];
    expect(slice([...task, "Config", "args", 1], "span")).toBe("5");
    expect(slice([...task, "User"], "wholeSpan")).toBe('"user":"u"');
    expect(slice(task, "wholeSpan")).toContain('"task":{"t"');
  });

  test("takes variable files in JSON", () => {
    const files = [new SourceText("v.json", '{"x": [1, "2"]}')];
    const text = 'variable "x" {\n  type = list(number)\n}\njob "j" {\n  meta = { v = jsonencode(var.x) }\n}\n';
    expect(valueAt(parse(text, { variables: { files } }), ["Meta", "v"])).toBe("[1,2]");
  });
});

describe("mistakes", () => {
  test.each<[string, readonly string[]]>([
    // All of a type is said of its string, what is in it is counted from the quote on.
    ['{"variable":{"x":{"type":"strin"}},"job":{"t":{}}}', ["1,26-33 Invalid type specification"]],
    ['{"variable":{"x":{"type":"foo(string)"}},"job":{"t":{}}}', ["1,26-39 Invalid type specification"]],
    ['{"variable":{"x":{"type":"list(strin)"}},"job":{"t":{}}}', ["1,31-36 Invalid type specification"]],
    // Beside a broken dynamic block meta is a block: a job's has a place for each value, a group's is not looked at.
    ['{"job":{"t":{"group":{"g":{"meta":{"K":"${upper(1,2)}"},"dynamic":{}}}}}}', ["1,67-68 Missing block label"]],
    [
      jobWith('"meta":{"K":[]},"dynamic":{}'),
      ["1,40-41 Missing block label", "1,40-41 Missing block label", "1,26-27 Unsuitable value type"],
    ],
    [
      jobWith('"group":{"g":{"scaling":[1]}}'),
      [
        "1,39-40 Incorrect JSON value type",
        "1,39-40 Incorrect JSON value type",
        "1,39-40 Incorrect JSON value type",
        "1,39-40 Missing required argument",
      ],
    ],
    [jobWith('"dynamic":{"update":{"for_each":[1],"content":[{},{}]}}'), ["1,60-61 Extraneous dynamic content block"]],
    ["{}", ["<nil> Missing job block"]],
    ['{"job":{"a":{},"b":{}}}', ["1,20-21 Duplicate job block"]],
    [jobWith('"typ":"batch"'), ["1,14-19 Extraneous JSON object property"]],
    [jobWith('"type":"a","type":"b"'), ["1,25-31 Duplicate argument"]],
    [jobWith('"priority":"x"'), ["1,25-28 Unsuitable value type"]],
    [jobWith('"meta":[{"a":"1"}]'), ["1,21-22 Unsuitable value type"]],
    [jobWith('"update":5'), ["1,23-24 Incorrect JSON value type"]],
    [jobWith('"group":{}'), ["1,22-23 Missing block label"]],
    [jobWith('"secret":{}'), ["1,23-24 Missing block label", "1,23-24 Missing block label"]],
    [jobWith('"update":[[5]]'), ["1,25-26 Incorrect JSON value type", "1,25-26 Incorrect JSON value type"]],
    [
      jobWith('"task":{"t":[[5]]}'),
      ["1,28-29 Incorrect JSON value type", "1,28-29 Incorrect JSON value type", "1,28-29 Incorrect JSON value type"],
    ],
    [jobWith('"group":{"g":[[5]]}'), ["1,29-30 Incorrect JSON value type"]],
    [
      jobWith('"dynamic":{"update":{"for_each":[1],"iterator":"a.b","content":{}}}'),
      ["1,61-64 Invalid dynamic iterator name"],
    ],
    ['{"variable":{"x":{"type":"li st"}},"job":{"j":{}}}', ["1,26-33 Invalid type specification"]],
    [jobWith('"region":"${foo(1)}"'), ["1,26-29 Call to unknown function", "1,23-34 Unsuitable value type"]],
    [jobWith('"region":"${"'), ["1,26-26 Missing expression", "1,23-27 Unsuitable value type"]],
    [
      '{"variable":{"x":{"default":"a","validation":{"condition":"${var.x == \\"\\"}","error_message":"No."}}},"job":{"j":{}}}',
      ["1,29-32 Invalid value for default variable"],
    ],
  ])("%s", (text, expected) => {
    expect(errorsOf(parse(text))).toEqual(expected);
  });
});
