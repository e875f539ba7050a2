// What the question for a variable's value says while it is typed.
import { expect, test } from "vitest";
import { refusedValue } from "../../../src/commands/run/refusedValue.ts";

const file = `variable "count" {
  type = number
  validation {
    condition     = var.count > 0
    error_message = "At least one is needed."
  }
}
variable "args" {
  type = list(string)
}
variable "any" {}
variable "other" {
  type = number
}
job "j" {
  unknown = var.nothing
}
`;

test.each([
  ["count", "3", undefined],
  ["count", "abc", '"abc" is not a number'],
  ["count", "", '"" is not a number'],
  ["count", "0", "At least one is needed."],
  ["args", '["-nodefaults"]', undefined],
  ["args", "{", "where a value is expected"],
  ["args", "-nodefaults", "Write it out"],
  ["any", "whatever", undefined],
])("%s = %j", (name, value, expected) => {
  const said = refusedValue(file, name, value);
  if (expected === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(expected);
});
