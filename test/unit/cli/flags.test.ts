import { describe, expect, test } from "vitest";
import { parseArguments, type FlagSpecs } from "../../../src/cli/flags.ts";

const specs: FlagSpecs = {
  detach: { kind: "switch", help: "" },
  group: { kind: "value", help: "", value: "NAME" },
  var: { kind: "list", help: "" },
  format: { kind: "value", help: "", choices: ["text", "json"] },
  help: { kind: "switch", help: "", aliases: ["h"] },
};
const parse = (...words: string[]) => {
  const parsed = parseArguments(words, specs);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};
const refuse = (...words: string[]): string => {
  const parsed = parseArguments(words, specs);
  return parsed.ok ? "accepted" : parsed.error;
};

describe("flags are written as Nomad's users write them", () => {
  test.each([[["-group=vm"]], [["--group=vm"]], [["-group", "vm"]], [["--group", "vm"]]])("%j", (words) => {
    expect(parse(...words, "file").value("group")).toBe("vm");
    expect(parse("file", ...words).operands).toEqual(["file"]);
  });

  test("a switch takes no value, but true and false are understood", () => {
    expect(parse("-detach", "file").operands).toEqual(["file"]);
    expect(parse("-detach=false").has("detach")).toBe(false);
    expect(parse("-detach=false").isOff("detach")).toBe(true);
    expect(parse().isOff("detach")).toBe(false);
    for (const word of ["1", "t", "T", "TRUE", "True"]) expect(parse(`-detach=${word}`).has("detach")).toBe(true);
    for (const word of ["0", "f", "F", "FALSE", "False"]) expect(parse(`-detach=${word}`).isOff("detach")).toBe(true);
    expect(refuse("-detach=maybe")).toBe('flag -detach takes true or false, not "maybe"');
  });

  test("a list keeps every value in order, a value the last one", () => {
    const parsed = parse("-var", "a=1", "--var=b=2", "-group", "x", "-group", "y");
    expect(parsed.list("var")).toEqual(["a=1", "b=2"]);
    expect(parsed.value("group")).toBe("y");
  });

  test("a single dash is an operand, and everything after -- is kept apart", () => {
    const parsed = parse("-", "-detach", "--", "ls", "-group");
    expect(parsed.operands).toEqual(["-"]);
    expect(parsed.rest).toEqual(["ls", "-group"]);
  });

  test("aliases, choices, missing values", () => {
    expect(parse("-h").has("help")).toBe(true);
    expect(refuse("-format", "xml")).toBe('flag -format takes one of text, json, not "xml"');
    expect(refuse("-group")).toBe("flag -group needs a value (NAME)");
  });

  test("the nearest flag is suggested", () => {
    expect(refuse("--detatch")).toBe("unknown flag --detatch; did you mean -detach?");
    expect(refuse("-Format", "text")).toBe("unknown flag -Format; did you mean -format?");
    const next = "an argument that begins with a dash stands after --";
    expect(refuse("-zzz=1")).toBe(`unknown flag -zzz; ${next}`);
    expect(refuse("-1")).toBe(`unknown flag -1; ${next}`);
  });
});
