// The TextMate grammar, judged by VS Code's own engine: assertions beside the source, and a snapshot of every scope.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import manifest from "../../../package.json" with { type: "json" };

const root = path.resolve(import.meta.dirname, "../../..");

function run(program: "snapshot" | "unit", files: string): { status: number | null; output: string } {
  const script = path.join(root, `node_modules/vscode-tmgrammar-test/dist/${program}.js`);
  const grammar = ["--config", "package.json", "--grammar", "syntaxes/nomad-job.tmLanguage.json"];
  const scope = program === "snapshot" ? ["--scope", "source.nomad-job"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...grammar, ...scope, files], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

describe("TextMate grammar", () => {
  it("gives every token of a whole job file the scopes of the snapshot", () => {
    const { status, output } = run("snapshot", "test/grammar/*.nomad.hcl");
    expect(output).not.toContain("Generating snapshot");
    expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
  });

  it("recovers from damage: see the assertions beside each line", () => {
    const { status, output } = run("unit", "test/grammar/*.assert.nomad");
    expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
  });
});

describe("language nomad-job", () => {
  const language = manifest.contributes.languages.find(({ id }) => id === "nomad-job");

  it("claims Nomad's file names and never all of *.hcl", () => {
    expect(language?.extensions).toEqual([".nomad", ".nomad.hcl", ".nmd.hcl"]);
  });

  it.each([
    ['job "web" {', true],
    ["job web {", true],
    ['  job "a b" {', true],
    ['resource "aws_instance" "x" {', false],
    ['jobs = "x"', false],
    ["# job file", false],
  ])("first line %j opens a job: %s", (line, expected) => {
    expect(new RegExp(language?.firstLine ?? "$^").test(line)).toBe(expected);
  });
});
