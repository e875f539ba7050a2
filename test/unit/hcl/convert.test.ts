// Conversion of values between types, and the common type of several.
import { describe, expect, test } from "vitest";
import { convert, mismatch } from "../../../src/hcl/convert.ts";
import { unify } from "../../../src/hcl/unify.ts";
import * as hcl from "../../../src/hcl/value.ts";
import { evaluated } from "../../support/hcl.ts";
import { typeText, valueText } from "../../support/hclOracleValues.ts";

const { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } = hcl;
const value = (text: string): hcl.Value => evaluated(text).value;

const converted = (given: hcl.Value, wanted: hcl.Type): string => {
  const result = convert(given, wanted);
  return result.ok ? valueText(result.value) : `! ${result.error}`;
};

describe("conversion", () => {
  test.each<[string, hcl.Type, string]>([
    ["5", STRING, '"5"'],
    ["1.50", STRING, '"1.5"'],
    ["true", STRING, '"true"'],
    ['"1e3"', NUMBER, "1000"],
    ['"x"', NUMBER, '! "x" is not a number'],
    ['"1"', BOOL, "true"],
    ['"TRUE"', BOOL, '! "TRUE" is not a bool; write it in lower case: "true"'],
    ["1", BOOL, "! expected bool, found number"],
    ["null", STRING, "null string"],
    ['[1, "a"]', listOf(STRING), 'list(string)["1","a"]'],
    ["[2, 1, 2]", setOf(NUMBER), "set(number)[1,2]"],
    ["[]", listOf(DYNAMIC), "list(dynamic)[]"],
    ["[1, [2]]", listOf(DYNAMIC), "! the elements of the list have no type in common"],
    ["[[1], null]", listOf(DYNAMIC), "list(tuple(number))[tuple[1],null tuple(number)]"],
    ["{ b = 1, a = true }", mapOf(STRING), 'map(string)["a":"true","b":"1"]'],
    ["{}", mapOf(NUMBER), "map(number)[]"],
    ['{ a = 1, b = "x" }', objectOf([["a", STRING]]), 'object["a":"1"]'],
    ["{ a = 1 }", objectOf([["b", STRING]]), '! attribute "b" is missing'],
    [
      "{ a = 1 }",
      objectOf(
        [
          ["a", NUMBER],
          ["b", STRING],
        ],
        new Set(["b"]),
      ),
      'object["a":1,"b":null string]',
    ],
    ["[1, true]", tupleOf([STRING, STRING]), 'tuple["1","true"]'],
    ["[1]", tupleOf([STRING, STRING]), "! expected a tuple of length 2, found one of length 1"],
    ['split(",", "a,b")', tupleOf([STRING, STRING]), "! expected tuple, found list of string"],
    ['setunion(["b"], ["a"])', listOf(STRING), 'list(string)["a","b"]'],
    ['zipmap(["a"], split(",", "1"))', objectOf([["a", NUMBER]]), 'object["a":1]'],
  ])("%s to %j", (given, wanted, result) => expect(converted(value(given), wanted)).toBe(result));

  test("unknown values keep what is known of their type", () => {
    expect(converted(hcl.UNKNOWN, STRING)).toBe("unknown string");
    expect(converted(hcl.unknownOf(listOf(NUMBER)), listOf(DYNAMIC))).toBe("unknown list(number)");
    expect(converted(hcl.unknownOf(STRING), NUMBER)).toBe("unknown number");
  });

  test("the reason names the element", () => {
    expect(mismatch(tupleOf([STRING, listOf(STRING)]), listOf(STRING))).toBe(
      "element 1: expected string, found list of string",
    );
    expect(converted(value('["a", "b"]'), listOf(NUMBER))).toBe('! element 0: "a" is not a number');
  });

  test("a number too long to print is no string", () => {
    expect(converted(value("1e200000"), STRING)).toBe("! the number has more than 100000 digits");
  });
});

describe("unification", () => {
  const common = (...types: hcl.Type[]): string => {
    const unified = unify(types, "unsafe");
    return unified ? typeText(unified.type) : "none";
  };

  test.each<[string, hcl.Type[], string]>([
    ["string wins over other primitives", [NUMBER, STRING, BOOL], "string"],
    ["number and bool have nothing in common", [NUMBER, BOOL], "none"],
    ["tuples of one length, element by element", [tupleOf([NUMBER]), tupleOf([STRING])], "tuple(string)"],
    ["tuples of different lengths become a list", [tupleOf([NUMBER]), tupleOf([NUMBER, STRING])], "list(string)"],
    ["objects with the same names", [objectOf([["a", NUMBER]]), objectOf([["a", STRING]])], 'object("a"=string)'],
    ["objects with other names become a map", [objectOf([["a", NUMBER]]), objectOf([["b", NUMBER]])], "map(number)"],
    ["lists with tuples", [listOf(STRING), tupleOf([NUMBER])], "list(string)"],
    ["maps with objects", [mapOf(STRING), objectOf([["a", NUMBER]])], "map(string)"],
    ["sets with lists, which keep an order", [setOf(STRING), listOf(STRING)], "list(string)"],
    ["tuple and object", [tupleOf([]), objectOf([])], "none"],
    ["undecided beside a primitive", [DYNAMIC, NUMBER], "number"],
    ["undecided beside a list", [DYNAMIC, listOf(NUMBER)], "dynamic"],
  ])("%s", (_, types, wanted) => expect(common(...types)).toBe(wanted));
});

describe("values", () => {
  test("keys and strings are NFC, keys stand in byte order", () => {
    const made = hcl.object([
      ["😀", hcl.TRUE],
      ["\uffff", hcl.TRUE],
      ["e\u0301", hcl.TRUE],
      ["Z", hcl.TRUE],
    ]);
    expect(made.kind === "object" && [...made.attributes.keys()]).toEqual(["Z", "é", "\uffff", "😀"]);
    expect(hcl.string("e\u0301").value).toBe("é");
  });

  test("friendly names", () => {
    expect(hcl.friendlyName(listOf(mapOf(STRING)))).toBe("list of map of string");
    expect(hcl.friendlyName(setOf(DYNAMIC))).toBe("set of any single type");
  });
});
