// The allocation directory: names and modes as Nomad's (golden allocdir.txt).
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { buildAllocationDir, buildTaskDir, destroyAllocationDir } from "../../../src/client/allocDir.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

test("folders have Nomad's names and modes, whatever the umask", () => {
  const folder = temporaryFolder("allocdir");
  const allocDir = path.join(folder, "0f1e");
  const before = process.umask(0o077);
  try {
    buildAllocationDir(allocDir);
    buildTaskDir(allocDir, "vm");
    const modes = Object.fromEntries(
      ["", ...readdirSync(allocDir, { recursive: true, encoding: "utf8" })]
        .sort()
        .map((name) => [name, (statSync(path.join(allocDir, name)).mode & 0o7777).toString(8)]),
    );
    expect(modes).toEqual({
      "": "755",
      alloc: "777",
      "alloc/data": "777",
      "alloc/logs": "777",
      "alloc/tmp": "777",
      vm: "777",
      "vm/local": "777",
      "vm/private": "777",
      "vm/secrets": "777",
      "vm/tmp": "1777",
    });
    if (process.getuid?.() === 0) {
      expect(statSync(allocDir).uid).toBe(0);
      expect(statSync(path.join(allocDir, "vm/local")).uid).toBe(65_534);
    }
    destroyAllocationDir(allocDir);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    process.umask(before);
    removeFolder(folder);
  }
});
