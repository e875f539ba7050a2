// Arguments are read as QEMU reads them.
import { describe, expect, it } from "vitest";
import { isKnownOption, readArguments, removedOption, takesValue } from "../../../src/lint/qemuOptions.ts";

const shape = (args: (string | undefined)[]): string[] => {
  const { options, positionals } = readArguments(args);
  return [
    ...options.map(({ name, index, value }) => `${index} -${name}${value === undefined ? "" : ` ${value.index}`}`),
    ...positionals.map(({ index }) => `${index} disk`),
  ];
};

describe("reading arguments", () => {
  it.each<[string, (string | undefined)[], string[]]>([
    ["an option with its value", ["-smp", "2"], ["0 -smp 1"]],
    ["two dashes", ["--smp", "2"], ["0 -smp 1"]],
    ["an option without a value", ["-snapshot", "x.img"], ["0 -snapshot", "1 disk"]],
    ["a value that begins with a dash", ["-append", "-s"], ["0 -append 1"]],
    ["an option that lost its value", ["-smp"], ["0 -smp"]],
    ["an unknown option and the next one", ["-zzz", "-snapshot"], ["0 -zzz", "1 -snapshot"]],
    ["an unknown option and something", ["-zzz", "1"], ["0 -zzz 1"]],
    ["a removed option with a value", ["-soundhw", "hda"], ["0 -soundhw 1"]],
    ["a forgotten dash", ["nodefaults"], ["0 disk"]],
    ["an empty element", [""], ["0 disk"]],
    ["a single dash", ["-"], ["0 disk"]],
    ["something that only the client knows, and what may be its value", [undefined, "x", "-s"], ["2 -s"]],
    ["a value that only the client knows", ["-smp", undefined], ["0 -smp 1"]],
  ])("%s", (_, args, expected) => {
    expect(shape(args)).toEqual(expected);
  });
});

it("knows what an option of QEMU is, with or without a value, or no more", () => {
  expect(isKnownOption("netdev") && takesValue("netdev")).toBe(true);
  expect(isKnownOption("nodefaults") && !takesValue("nodefaults")).toBe(true);
  expect(isKnownOption("nodefconfig")).toBe(false);
  expect(removedOption("nodefconfig")).toMatchObject({ since: "3.1", instead: "-no-user-config" });
  expect(removedOption("constructor")).toBeUndefined();
});
