// Which part of a job runs here, and what is said when the choice is not possible.
import { expect, test } from "vitest";
import { ProblemError } from "../../../src/base/result.ts";
import { chooseGroup, type Choice } from "../../../src/client/chooseGroup.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { parseJobFile } from "../../../src/jobspec/parse.ts";

const group = (name: string, ...tasks: string[]): string =>
  `group "${name}" {\n${tasks.map((task) => `task "${task}" {\ndriver = "qemu"\n}\n`).join("")}}\n`;

function choose(groups: string, choice: Partial<Choice>): string {
  const { job } = parseJobFile(new SourceText("j", `job "j" {\n${groups}}\n`), { mode: "strict" });
  if (job === undefined) throw new Error("no job");
  try {
    const chosen = chooseGroup(job, { group: undefined, task: undefined, ...choice }).group;
    return `${chosen.Name ?? ""}: ${(chosen.Tasks ?? []).map(({ Name }) => Name).join(",")}`;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `${error.problem.what} ${error.problem.next ?? ""}`;
  }
}

test.each([
  [group("a", "x", "y"), {}, "a: x,y"],
  [group("a", "x", "y"), { task: "y" }, "a: y"],
  [group("a", "x") + group("b", "y"), { task: "y" }, "b: y"],
  [group("a", "x", "y"), { task: "z" }, 'No task of this job is called "z" Name one with -task: x, y.'],
  [
    group("a", "x") + group("b", "y"),
    { group: "a", task: "y" },
    'No task of this job is called "y" Name one with -task: x.',
  ],
  [group("a", "x") + group("b", "y"), { group: "c" }, "No group of this job matches Name one with -group: a, b."],
  [group("a", "x") + group("b", "y"), {}, "This job has several groups Name one with -group: a, b."],
] as const)("%j %j", (groups, choice, wanted) => {
  expect(choose(groups, choice)).toBe(wanted);
});
