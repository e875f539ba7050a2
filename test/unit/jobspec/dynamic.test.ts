// Dynamic blocks: what they make, and what is wrong with them.
import { describe, expect, test } from "vitest";
import { errorsOf, inGroup, inJob, inTask, parse, valueAt } from "../../support/jobspec.ts";

const network = (body: string): string => inGroup(`    network {\n${body}\n    }`);
const dynamic = (type: string, body: string): string => network(`dynamic "${type}" {\n${body}\n}`);
const labels = (text: string): unknown => {
  const ports = valueAt(parse(text), ["TaskGroups", 0, "Networks", 0, "DynamicPorts"]) as { Label: string }[] | null;
  return ports?.map(({ Label }) => Label);
};

describe("a dynamic block", () => {
  test.each([
    ['["a", "b"]', "port.value", ["a", "b"]],
    ["[]", '"x"', undefined],
    ['{ z = 1, y = "2" }', "port.key", ["y", "z"]],
    ['["a", 5, true]', '"p${port.key}-${port.value}"', ["p0-a", "p1-5", "p2-true"]],
    ['setunion(["z", "y"], ["y"])', '"${port.key}${port.value}"', ["yy", "zz"]],
  ])("over %s with the label %s makes %j", (forEach, label, expected) => {
    expect(labels(dynamic("port", `for_each = ${forEach}\nlabels = [${label}]\ncontent {}`))).toEqual(expected);
  });

  test("stands in order with blocks that are written out", () => {
    const made = 'dynamic "port" {\nfor_each = ["mid"]\nlabels = [port.value]\ncontent {}\n}';
    expect(labels(network(`port "first" {}\n${made}\nport "last" {}`))).toEqual(["first", "mid", "last"]);
  });

  test("may stand in another, and sees both iterators", () => {
    const text = inJob(
      'dynamic "group" {\nfor_each = { x = ["1"] }\nlabels = [group.key]\ncontent {\ndynamic "task" {\nfor_each = group.value\niterator = it\nlabels = ["${group.key}${it.value}"]\ncontent {}\n}\n}\n}',
    );
    expect(valueAt(parse(text), ["TaskGroups", 0, "Tasks", 0, "Name"])).toBe("x1");
  });

  test("keeps its content's place as the origin", () => {
    const parsed = parse(dynamic("port", 'for_each = ["a"]\nlabels = ["x"]\ncontent {\nto = 5\n}'));
    const origin = parsed.origins.get(["TaskGroups", 0, "Networks", 0, "DynamicPorts", 0, "To"]);
    expect(origin?.source.slice(origin.span)).toBe("5");
  });
});

describe("mistakes", () => {
  test.each<[string, string, readonly string[]]>([
    ["port", 'for_each = ["a"]\nlabels = []\ncontent {}', ["6,10-12 Insufficient dynamic block labels"]],
    ["port", "for_each = null\nlabels = []", ["5,12-16 Invalid dynamic for_each value"]],
    ["port", 'for_each = null\niterator = "a"\nlabels = []', ["6,12-15 Invalid expression"]],
    ["port", "for_each = [x.y]\nlabels = [1, 2]\ncontent {}\ncontent {}", ["6,14-15 Extraneous dynamic block label"]],
    ["port", 'for_each = ["a"]\niterator = (a)\nlabels = ["a"]\ncontent {}', ["6,12-15 Invalid expression"]],
    ["port", 'for_each = null\nlabels = ["x"]\ncontent {}', ["5,12-16 Invalid dynamic for_each value"]],
    ["port", 'for_each = "a"\nlabels = ["x"]\ncontent {}', ["5,12-15 Invalid dynamic for_each value"]],
    ["port", 'for_each = ["a"]\ncontent {}', ["4,16-16 Missing required argument"]],
    ["port", 'for_each = ["a"]\nlabels = ["a", "b"]\ncontent {}', ["6,16-19 Extraneous dynamic block label"]],
    ["port", 'for_each = ["a"]\nlabels = [null]\ncontent {}', ["6,11-15 Invalid dynamic block label"]],
    ["port", 'for_each = ["a"]\nlabels = "a"\ncontent {}', ["6,11-12 Invalid expression"]],
    ["port", 'for_each = ["a"]\nlabels = ["a"]', ["4,16-16 Missing dynamic content block"]],
    ["port", 'for_each = ["a"]\nlabels = ["a"]\ncontent {}\ncontent {}', ["8,1-8 Extraneous dynamic content block"]],
    ["port", 'for_each = ["a"]\niterator = a.b\nlabels = ["a"]\ncontent {}', ["6,12-15 Invalid dynamic iterator name"]],
    ["port", 'for_each = ["a"]\niterator = "a"\nlabels = ["a"]\ncontent {}', ["6,12-15 Invalid expression"]],
    ["nope", "for_each = []\ncontent {}", ["4,9-15 Unsupported block type"]],
    ["dns", 'for_each = [1]\nlabels = ["a"]\ncontent {}', ["6,1-7 Unsupported argument"]],
    ["dns", "for_each = [1, 2]\ncontent {}", ["4,1-14 Duplicate dns block"]],
  ])("%s %j", (type, body, expected) => {
    expect(errorsOf(parse(dynamic(type, body)))).toEqual(expected);
  });

  const twoLabels = 'dynamic "x" "y" {}';
  const label = "Extraneous label for dynamic";
  test.each<[string, readonly string[]]>([
    [inJob(twoLabels), [`2,13-16 ${label}`, `2,13-16 ${label}`]],
    [inGroup(`count = []\nmeta = []\nnope = 1\n${twoLabels}`), [`6,13-16 ${label}`]],
    [inTask(twoLabels), [`4,13-16 ${label}`, `4,13-16 ${label}`]],
    [inTask(`resources {\n${twoLabels}\n}`), [`5,13-16 ${label}`]],
    [inTask(`env = 1\n${twoLabels}`), [`5,13-16 ${label}`, `5,13-16 ${label}`, "4,1-4 Unsupported argument"]],
    [inJob(`meta = 1\n${twoLabels}`), [`3,13-16 ${label}`, `3,13-16 ${label}`, "2,1-5 Unsupported argument"]],
  ])("in the labels are told as often as Nomad looks at them: %j", (text, expected) => {
    expect(errorsOf(parse(text)).toSorted()).toEqual(expected.toSorted());
  });

  test("in the content are told for each block, as Nomad does, and once in the editor", () => {
    const text = dynamic("port", 'for_each = ["a", "b"]\nlabels = [port.value]\ncontent {\nto = upper(1, 2)\n}');
    expect(errorsOf(parse(text))).toHaveLength(4);
    expect(errorsOf(parse(text, { mode: "editor" }))).toEqual(["8,15-16 Too many function arguments"]);
  });

  test("at the top of the file there are no dynamic blocks", () => {
    expect(errorsOf(parse('dynamic "job" {}\njob "j" {}\n'))).toEqual(["1,1-8 Unsupported block type"]);
  });
});

test("a million blocks end in one diagnostic", () => {
  const many = `[${Array.from({ length: 1000 }, () => "1").join(",")}]`;
  const text = inJob(
    `dynamic "group" {\nfor_each = ${many}\nlabels = ["g"]\ncontent {\ndynamic "task" {\nfor_each = ${many}\nlabels = ["t"]\ncontent {}\n}\n}\n}`,
  );
  expect(errorsOf(parse(text)).map((error) => error.replace(/^\S+ /, ""))).toEqual(["Evaluation limit exceeded"]);
});
