// Evaluation: values, and what is reported where. Details are our words and not compared, but must be there.
import { describe, expect, test } from "vitest";
import { FALSE, nullOf, listOf, NUMBER, STRING, UNKNOWN, unknownOf, string } from "../../../src/hcl/value.ts";
import { evaluated } from "../../support/hcl.ts";

describe("diagnostics carry a summary, the place and what surrounds it", () => {
  test.each([
    ['1 + "a"', ['Invalid operand @ "a" in 1 + "a"']],
    ["1 && 2", ["Invalid operand @ 1 in 1 && 2", "Invalid operand @ 2 in 1 && 2"]],
    ["!1", ["Invalid operand @ 1 in !1"]],
    ["null + 1", ["Operation failed @ null + 1"]],
    ["0 / 0", ["Operation failed @ 0 / 0"]],
    ["1 ? 2 : 3", ["Incorrect condition type @ 1 in 1 ? 2 : 3"]],
    ["null ? 2 : 3", ["Null condition @ null in null ? 2 : 3"]],
    ["true ? 1 : [2]", ["Inconsistent conditional result types @ 1 : [2] in true ? 1 : [2]"]],
    ['"a${null}"', ['Invalid template interpolation value @ null in "a${null}"']],
    ['"a${[1]}"', ['Invalid template interpolation value @ [1] in "a${[1]}"']],
    ['"%{ if "x" }a%{ endif }"', ['Incorrect condition type @ "x" in %{ if "x" }a%{ endif }']],
    ["[for x in null : x]", ["Iteration over null value @ null in [for x in null : x]"]],
    ["[for x in 5 : x]", ["Iteration over non-iterable value @ 5 in [for x in 5 : x]"]],
    ['[for x in [1] : x if "yes"]', [`Invalid 'for' condition @ "yes" in [for x in [1] : x if "yes"]`]],
    ["[for x in [1] : x if null]", ["Condition is null @ null in [for x in [1] : x if null]"]],
    ["{ for x in [1, 1] : x => x }", ["Duplicate object key @ x in { for x in [1, 1] : x => x }"]],
    ["{ for x in [null] : x => 1 }", ["Invalid object key @ x in { for x in [null] : x => 1 }"]],
    ["{ (null) = 1 }", ["Null value as key @ 1"]],
    ["{ ([1]) = 1 }", ["Incorrect key type @ ([1])"]],
    ["{ a.b = 1 }", ["Ambiguous attribute key @ a.b"]],
    ["[1][5]", ["Invalid index @ [5]"]],
    ["[1][-1]", ["Invalid index @ [-1]"]],
    ["{ a = 1 }.b", ["Unsupported attribute @ .b"]],
    ["null.a", ["Attempt to get attribute from null value @ .a"]],
    ["null[0]", ["Attempt to index null value @ [0]"]],
    ["[{ a = 1 }, { b = 2 }][*].a", ["Unsupported attribute @ .a"]],
    ["uper(1)", ["Call to unknown function @ uper in uper(1)"]],
    ["upper()", ["Not enough function arguments @ ) in upper()"]],
    ['upper("a", "b")', ['Too many function arguments @ b in upper("a", "b")']],
    ["upper([1])", ["Invalid function argument @ [ in upper([1])"]],
    ["max({}...)", ["Invalid expanding argument value @ {} in max({}...)"]],
    ['file("x")', ['Error in function call @ file( in file("x")']],
    ["abs(1 + true)", ["Invalid operand @ true in 1 + true"]],
  ])("%s", (text, wanted) => {
    const { found, details } = evaluated(text);
    expect(found).toEqual(wanted);
    for (const detail of details) expect(detail).toMatch(/\S.*[.)?]$/s);
  });

  test("without variables none are allowed; with some, the nearest is suggested", () => {
    expect(evaluated("nam").found).toEqual(["Variables not allowed @ nam"]);
    const { found, details } = evaluated("nam", { name: FALSE });
    expect(found).toEqual(["Unknown variable @ nam"]);
    expect(details[0]).toContain('Did you mean "name"?');
  });
});

describe("both sides are always evaluated", () => {
  test("operators report the errors of both operands", () => {
    expect(evaluated("false && nope.a || [][0]", { x: FALSE }).found).toEqual([
      "Unknown variable @ nope",
      "Invalid index @ [0]",
    ]);
  });

  test("of a conditional only the chosen result's errors count", () => {
    expect(evaluated("true ? 1 : [][0]").found).toEqual([]);
    expect(evaluated("false ? 1 : [][0]").found).toEqual(["Invalid index @ [0]"]);
  });

  test.each([
    ['true ? 1 : "a"', '"1"'],
    ['true ? [1, 2] : ["a"]', 'list(string)["1","2"]'],
    ['true ? { a = 1 } : { a = 2, b = "x" }', 'map(string)["a":"1"]'],
    ["false ? 1 : null", "null number"],
    ['true ? [] : [1, "a"]', "list(string)[]"],
    ["true ? [{ a = 1 }] : [{ a = 1, b = 2 }]", 'tuple[map(number)["a":1]]'],
  ])("%s takes the common type", (text, wanted) => expect(evaluated(text).text).toBe(wanted));
});

describe("templates", () => {
  test.each([
    ['"${[1, 2]}"', "tuple[1,2]"],
    ['"a${1.50}${true}"', '"a1.5true"'],
    ['"%{ if false }a%{ else }b%{ endif }"', '"b"'],
    ['"%{ if false }a%{ endif }"', '""'],
    ['"%{ for k, v in { b = 1, a = 2 } }${k}${v} %{ endfor }"', '"a2 b1 "'],
    ['"a ${~ 1 ~} b"', '"a1b"'],
    ['"e${"\\u0301"}"', '"é"'],
    ["<<-EOT\n  a\n    ${1}\n  EOT\n", '"a\\n  1\\n"'],
  ])("%s", (text, wanted) => expect(evaluated(text).text).toBe(wanted));
});

describe("for, splat, index", () => {
  test.each([
    ['[for i, x in ["a", "b"] : "${i}${x}"]', 'tuple["0a","1b"]'],
    ['[for k, v in setunion(["b"], ["a"]) : "${k}${v}"]', 'tuple["aa","bb"]'],
    ['{ for i, x in ["a", "b", "a"] : x => i... }', 'object["a":tuple[0,2],"b":tuple[1]]'],
    ["[for a in [1, 2] : [for b in [a] : a + b]]", "tuple[tuple[2],tuple[4]]"],
    ["null[*]", "tuple[]"],
    ['"x"[*]', 'tuple["x"]'],
    ["[{ a = [1, 2] }, { a = [3] }][*].a[0]", "tuple[1,3]"],
    ["[{ a = [1, 2] }, { a = [3] }].*.a[0]", "tuple[1,2]"],
    ["[{ a = [{ b = 1 }] }][*].a[*].b", "tuple[tuple[1]]"],
    ['split(",", "a,b")[*]', 'list(string)["a","b"]'],
    ['[1, 2]["1"]', "2"],
    ["[[1, 2]].0", "tuple[1,2]"],
    ['{ "0" = 1 }[0]', "1"],
    ["{ true = 1 }[true]", "1"],
  ])("%s", (text, wanted) => expect(evaluated(text)).toMatchObject({ text: wanted, found: [] }));
});

describe("what is not known stays unknown, with its type", () => {
  const names = {
    later: unknownOf(STRING),
    count: unknownOf(NUMBER),
    whatever: UNKNOWN,
    names: unknownOf(listOf(STRING)),
    none: nullOf(listOf(STRING)),
  };
  test.each([
    ["count + 1", "unknown number"],
    ["count < 1", "unknown bool"],
    ["false && count < 1", "false"],
    ["later == null", "unknown bool"],
    ["later == 1", "false"],
    ['"a${later}"', "unknown string"],
    ["upper(later)", "unknown string"],
    ["length([later, 1])", "2"],
    ["whatever.a[0].b", "unknown dynamic"],
    ["names[0]", "unknown string"],
    ["names[*]", "unknown list(string)"],
    ["[for n in names : n]", "unknown dynamic"],
    ["{ (later) = 1 }", "unknown dynamic"],
    ["count == 1 ? 1 : 2", "unknown number"],
    ["try(later, 1)", "unknown dynamic"],
    ["can(later)", "unknown bool"],
    ["convert(later, number)", "unknown number"],
    ["jsonencode([later])", "unknown string"],
  ])("%s", (text, wanted) => expect(evaluated(text, names)).toMatchObject({ text: wanted, found: [] }));

  test("a null sequence has no elements to go through", () => {
    expect(evaluated("none[*]", names).found).toEqual(["Splat of null value @ none in none[*]"]);
  });
});

test("a rule for undefined names decides before they are an error", () => {
  const undefinedRoot = (): { value: ReturnType<typeof string>; diagnostics: [] } => ({
    value: string("given"),
    diagnostics: [],
  });
  expect(evaluated("some.name", {}, { undefinedRoot })).toMatchObject({ text: '"given"', found: [] });
});

test("a chain of a thousand operators is evaluated without deep recursion", () => {
  expect(evaluated(Array.from({ length: 900 }, () => "1").join(" + ")).text).toBe("900");
});
