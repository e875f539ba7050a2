// The table of QEMU's options against the QEMU of this machine.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isKnownOption, KNOWN_OPTIONS, takesValue } from "../../src/lint/qemuOptions.ts";

const EMULATOR = "qemu-system-x86_64";
const help = spawnSync(EMULATOR, ["-help"], { encoding: "utf8" }).stdout;

/** `-fda/-fdb file` and `-h or -help` name two options. */
const listed = [...help.matchAll(/^--?(\S+)(?: or -(\S+))?/gm)].flatMap(([, first = "", second]) => [
  ...first.split("/").map((name) => name.replace(/^-/, "")),
  ...(second === undefined ? [] : [second]),
]);

describe("QEMU's options", () => {
  it("are all known", () => {
    expect(listed.length).toBeGreaterThan(100);
    expect(listed.filter((name) => !isKnownOption(name))).toEqual([]);
  });

  it("take a value exactly when QEMU says that one is missing", () => {
    const wrong = KNOWN_OPTIONS.filter((name) => {
      const { stderr } = spawnSync(EMULATOR, ["-machine", "none", "-display", "none", "-version", `-${name}`], {
        encoding: "utf8",
        timeout: 5000,
      });
      if (/invalid option|not supported for this target/.test(stderr)) return false;
      return /requires an argument/.test(stderr) !== takesValue(name);
    });
    expect(wrong).toEqual([]);
  });
});
