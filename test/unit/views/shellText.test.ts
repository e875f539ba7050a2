import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLineText, manyLines, oneLine } from "../../../src/views/shellText.ts";

const argv = ["/usr/bin/qemu-system-x86_64", "-name", "a b.img", "-append", 'it\'s $HOME `x` \\ "q"', "-nographic", ""];

test.each([oneLine, manyLines])("a shell reads back every word (%o)", (write) => {
  const script = write(["printf", "%s\\n", ...argv]);
  expect(spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout).toBe(argv.map((word) => `${word}\n`).join(""));
});

test("an option stands on a line with its values", () => {
  expect(manyLines(["qemu", "-m", "128M", "-nographic"])).toBe("qemu \\\n  -m 128M \\\n  -nographic");
});

test("the document tells Nomad's part from what is added here, and a shell runs Nomad's part", () => {
  const text = commandLineText('Task "vm"', { nomad: ["echo", "-m", "1"], local: ["-qmp", "unix:q.sock"] });
  expect(text).toContain("#   -qmp unix:q.sock");
  expect(spawnSync("sh", ["-c", text], { encoding: "utf8" }).stdout).toBe("-m 1\n");
});
