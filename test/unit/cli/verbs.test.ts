// The two lists of verbs, one for the launcher and one for the help, name the same ones.
import { expect, test } from "vitest";
import { PROGRAM_OF } from "../../../src/cli/programs.ts";
import { VERBS } from "../../../src/cli/verbs.ts";

test("the help shows every verb that a bundle has, once", () => {
  expect(VERBS.map(({ name }) => name).sort()).toEqual(Object.keys(PROGRAM_OF).sort());
});
