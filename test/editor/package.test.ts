// What is in the package that users install: nothing that is not named, nothing that is only for tests, nothing too big.
import { PackageManager, listFiles } from "@vscode/vsce";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import yauzl from "yauzl";
import { programs } from "../../scripts/programs.ts";
import { VSIX } from "../support/editor.ts";

const root = path.resolve(import.meta.dirname, "../..");
const source = (file: string): string => readFileSync(path.join(root, file), "utf8");

const COMMAND_LINE = ["nomad-qemu", "vms", "run", "parse", "files", "machine"];

const EXPECTED = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "THIRD_PARTY_NOTICES.md",
  "assets/icons/activity-bar.svg",
  "assets/icons/icon.png",
  "assets/walkthrough/console.svg",
  "assets/walkthrough/open.svg",
  "assets/walkthrough/policy.svg",
  "assets/walkthrough/run.svg",
  "assets/walkthrough/stop.svg",
  "dist/extension.js",
  "dist/files.js",
  "dist/guest/README.md",
  "dist/guest/kvmprobe.bin.gz",
  "dist/guest/tiny.img.gz",
  "dist/host.js",
  "dist/jobs.js",
  "dist/machine.js",
  "dist/nomad-qemu.js",
  "dist/package.json",
  "dist/packages/bcryptjs.js",
  "dist/packages/re2js.js",
  "dist/packages/yaml.js",
  "dist/parse.js",
  "dist/run.js",
  "dist/server.js",
  "dist/syntax-oracle.js",
  "dist/vms.js",
  "docs/rules.md",
  "examples/hello.nomad.hcl",
  "language-configuration.json",
  "package.json",
  "package.nls.json",
  "syntaxes/nomad-job.tmLanguage.json",
];

/** Names in the VSIX, which keeps the extension below `extension/` and adds two files of its own. */
function packed(): Promise<string[]> {
  return new Promise((resolve, reject) => {
    yauzl.open(VSIX, (error, archive) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const names: string[] = [];
      archive.on("entry", ({ fileName }: { fileName: string }) => names.push(fileName));
      archive.on("end", () => resolve(names));
      archive.on("error", reject);
    });
  });
}

describe("the package", () => {
  test("holds exactly the files of this list", async () => {
    const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
    expect([...files].sort()).toEqual(EXPECTED);
  });

  test("holds every program that the build makes", () => {
    const built = programs({ mode: "release" }).flatMap(({ outdir, entryPoints }) =>
      Object.keys(entryPoints ?? {}).map((name) => `${outdir}/${name}.js`),
    );
    expect(EXPECTED).toEqual(expect.arrayContaining(built));
  });

  test("holds them in the file that is installed, too", async () => {
    const inside = (await packed()).filter((name) => name.startsWith("extension/"));
    const lowered = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase()).sort();
    // vsce packs README, CHANGELOG and LICENSE under names of its own spelling.
    const ours = inside.map((name) => name.slice("extension/".length).replace(/^LICENSE\.txt$/, "LICENSE"));
    expect(lowered(ours)).toEqual(lowered(EXPECTED));
  });

  test("carries HashiCorp's parser in the one program that asks it, and nowhere near the start", () => {
    // What GopherJS makes of a function that may block.
    const carries = (program: string): boolean => source(`dist/${program}.js`).includes(".$blk!==void 0");
    expect(
      ["extension", "server", "host", "jobs", "vms", "run", "parse", "files", "machine", "syntax-oracle"].filter(
        carries,
      ),
    ).toEqual(["syntax-oracle"]);
  });

  test("imports nothing at run time into the command line, which Node would warn of", () => {
    const imports = (program: string): boolean => /[^\w$.]import\(/.test(source(`dist/${program}.js`));
    expect(COMMAND_LINE.filter(imports)).toEqual([]);
  });

  test("has the command line in ASCII, as it is read (src/cli/codeCache.ts)", () => {
    const foreign = (program: string): string | undefined =>
      /[^\0-\x7f].{0,20}/.exec(source(`dist/${program}.js`))?.[0];
    expect(COMMAND_LINE.map(foreign)).toEqual(COMMAND_LINE.map(() => undefined));
  });

  test("keeps the parser of job files out of the program that every window loads", () => {
    const parses = (program: string): boolean => source(`dist/${program}.js`).includes("heredoc-indented");
    expect(["extension", "jobs"].filter(parses)).toEqual(["jobs"]);
    expect(statSync(path.join(root, "dist/extension.js")).size).toBeLessThan(700 * 1024);
  });

  test("has nothing of the tests and of this machine in it", () => {
    for (const program of ["extension", "server", "host", "jobs", "vms", "run", "parse", "files", "machine"]) {
      const text = source(`dist/${program}.js`);
      expect(/playwright|vitest|test-electron/.exec(text)?.[0], program).toBeUndefined();
      expect(text.includes(root), program).toBe(false);
    }
  });
});
