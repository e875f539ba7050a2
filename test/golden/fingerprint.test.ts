// The driver's fingerprint against what real Nomad reported for the same folders in PATH.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { fingerprint } from "../../src/driver/fingerprint.ts";
import { UNRESTRICTED } from "../../src/driver/pluginConfig.ts";
import { describeGolden, hasGolden, readGoldenLines } from "../support/golden.ts";

interface Row {
  readonly id: string;
  readonly setup: string;
  readonly plugin: { readonly emulators_allowlist?: string[] };
  readonly attributes: Record<string, string>;
  readonly driver: { readonly Detected: boolean; readonly HealthDescription: string; readonly Healthy: boolean };
}

const QEMU_TEXT = "QEMU emulator version 7.2.22 (Debian)\nCopyright";
/** A program that prints this text on standard output. */
const printing = (text: string, code = 0): string => `#!/bin/sh\ncat <<'END'\n${text}\nEND\nexit ${code}\n`;
const GOOD = printing(QEMU_TEXT);

/** What lies in the folders of PATH, by case: file name after `qemu-system-` → content, or a maker. */
type Content = string | ((file: string) => void);
type Folders = Record<string, Record<string, Content>>;
const plainFile: Content = (file) => writeFileSync(file, GOOD);
const four = { aarch64: GOOD, arm: GOOD, i386: GOOD, x86_64: GOOD };
const firstBroken = { one: { aarch64: printing("", 1), x86_64: GOOD } };
const armThenX86 = { one: { arm: GOOD }, two: { x86_64: printing("QEMU emulator version 9.9.9") } };

const SETUPS: Record<string, Folders> = {
  "fp-real": { one: { "x86_64-microvm": GOOD, i386: GOOD, x86_64: GOOD } },
  "fp-none": { one: {} },
  "fp-one": { one: { x86_64: GOOD } },
  "fp-four": { one: four },
  "fp-allow-empty": { one: four },
  "fp-allow-full-name": { one: four },
  "fp-allow-none": { one: four },
  "fp-allow-second-dir": armThenX86,
  "fp-allow-two": { one: four },
  "fp-allow-x86": { one: four },
  "fp-dangling": { one: { x86_64: (file) => symlinkSync("/nowhere", file) } },
  "fp-directory": { one: { x86_64: (file) => mkdirSync(file) } },
  "fp-empty-first": { one: {}, two: four },
  "fp-exec-format": { garb: { x86_64: "not a program\n" } },
  "fp-exit1": { one: { x86_64: printing("", 1) } },
  "fp-exit1-good-text": { one: { x86_64: printing(QEMU_TEXT, 1) } },
  "fp-first-broken": firstBroken,
  "fp-first-broken-allow": firstBroken,
  "fp-first-not-executable": { one: { aarch64: plainFile, x86_64: GOOD } },
  "fp-glob-dir": { "g[lo]b*": four },
  "fp-missing-first": { "!missing": {}, two: four },
  "fp-not-exec-here-but-later": { one: { x86_64: plainFile }, two: { x86_64: GOOD } },
  "fp-not-executable": { one: { x86_64: plainFile } },
  "fp-odd-names": { one: { "": GOOD, "x86_64-7.2": GOOD, "x86_64.exe": GOOD, x86_64w: GOOD } },
  "fp-two-dirs": armThenX86,
  "fp-two-dirs-rev": { two: armThenX86.two, one: armThenX86.one },
  "fp-v-stderr": { one: { x86_64: `#!/bin/sh\necho '${QEMU_TEXT}' >&2\n` } },
};

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Makes the folders and returns the PATH. */
function makeFolders(root: string, folders: Folders): string {
  return Object.entries(folders)
    .map(([name, emulators]) => {
      const folder = path.join(root, name);
      if (name.startsWith("!")) return folder;
      mkdirSync(folder);
      for (const [architecture, content] of Object.entries(emulators)) {
        const file = path.join(folder, `qemu-system-${architecture}`);
        if (typeof content === "string") {
          writeFileSync(file, content);
          chmodSync(file, 0o755);
        } else content(file);
      }
      return folder;
    })
    .join(":");
}

function setupOf(row: Row): Folders {
  const version = /^version output: ([^]*)$/.exec(row.setup)?.[1]?.replaceAll("\\n", "\n");
  const folders = version === undefined ? SETUPS[row.id] : { one: { x86_64: printing(version) } };
  if (folders === undefined) throw new Error(`no setup for ${row.id}`);
  return folders;
}

const file = "driver/fingerprint.jsonl";
describeGolden("fingerprint", [file], () => {
  const rows = hasGolden(file) ? readGoldenLines<Row>(file).filter(({ id }) => id.startsWith("fp-")) : [];
  test.each(rows.map((row) => [row.id, row] as const))("%s", async (_, row) => {
    const root = mkdtempSync(path.join(os.tmpdir(), "fingerprint-"));
    made.push(root);
    const search = makeFolders(root, setupOf(row));
    const found = await fingerprint({
      pluginConfig: { ...UNRESTRICTED, emulatorsAllowlist: row.plugin.emulators_allowlist ?? [] },
      // `cat` for the scripts; behind ours, so that a real QEMU there is only found where ours is missing.
      environment: { PATH: `${search}:${makeTools(root)}` },
    });
    expect(found.attributes).toEqual(row.attributes);
    expect({
      Detected: found.detected,
      Healthy: found.healthy,
      HealthDescription: found.healthDescription.replaceAll(`${root}/`, "/opt/"),
    }).toEqual({
      Detected: row.driver.Detected,
      Healthy: row.driver.Healthy,
      HealthDescription: row.driver.HealthDescription,
    });
  });
});

/** A folder with the one tool that the scripts need. */
function makeTools(root: string): string {
  const folder = path.join(root, "tools");
  mkdirSync(folder);
  symlinkSync("/bin/cat", path.join(folder, "cat"));
  return folder;
}
