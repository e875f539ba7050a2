// The editor's typing rules: indentation, words and comments of a job file.
import { describe, expect, it } from "vitest";
import configuration from "../../../language-configuration.json" with { type: "json" };

const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
const decrease = new RegExp(configuration.indentationRules.decreaseIndentPattern);

describe("indentation", () => {
  it.each([
    ['job "a" {', true],
    ["args = [", true],
    ["x = merge(", true],
    ['config { # why "not"', true],
    ["port_map { ssh = 22 }", false],
    ['path = "${NOMAD_TASK_DIR}/a"', false],
    ['path = "a {"', false],
    ['path = "a \\" {"', false],
    ["# job {", false],
    ["// list [", false],
    ["data = <<EOF", false],
    ["]", false],
  ])("after %j the next line is indented: %s", (line, expected) => {
    expect(increase.test(line)).toBe(expected);
  });

  it.each([
    ["  }", true],
    ["],", true],
    [")", true],
    ["a = 1 }", false],
  ])("%j goes one step back: %s", (line, expected) => {
    expect(decrease.test(line)).toBe(expected);
  });
});

it.each([
  ["image_path", ["image_path"]],
  ["cache-size = -1.5", ["cache-size", "-1.5"]],
  ['"-smp", größe', ["smp", "größe"]],
])("words of %j", (text, words) => {
  const { pattern, flags } = configuration.wordPattern;
  expect(text.match(new RegExp(pattern, `${flags}g`))).toEqual(words);
});
