import { expect, test } from "vitest";
import { allowInAgentFile } from "../../../src/commands/agentFileEdit.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import type { Action } from "../../../src/lint/finding.ts";

const action: Action = { title: "", kind: "allow-argument", value: "-smp" };

function after(text: string, asked: Action = action): string | undefined {
  const edit = allowInAgentFile("agent.hcl", text, asked);
  if (edit === undefined) return undefined;
  const source = new SourceText("agent.hcl", text);
  return text.slice(0, source.offset(edit.range.start)) + edit.newText + text.slice(source.offset(edit.range.end));
}

const agent = (inside: string, before = ""): string => `${before}plugin "qemu" {\n  config {\n${inside}  }\n}\n`;

test.each([
  ["behind the last element", '    args_allowlist = ["-m"]\n', '    args_allowlist = ["-m", "-smp"]\n'],
  ["into an empty list", "    args_allowlist = []\n", '    args_allowlist = ["-smp"]\n'],
  [
    "on a line of its own where the others have theirs",
    '    args_allowlist = [\n      "-m",\n      "-nodefaults", # why\n    ]\n',
    '    args_allowlist = [\n      "-m",\n      "-nodefaults",\n      "-smp", # why\n    ]\n',
  ],
  ["as a new list", '    image_paths = ["/i"]\n', '    image_paths = ["/i"]\n    args_allowlist = ["-smp"]\n'],
])("adds %s", (_name, inside, expected) => {
  expect(after(agent(inside))).toBe(agent(expected));
});

test("leaves everything else of the agent's file alone", () => {
  const before = '# mine\ndata_dir = "/opt/nomad"\nplugin "docker" {\n  config {\n    args_allowlist = []\n  }\n}\n';
  expect(after(agent("    args_allowlist = []\n", before))).toBe(agent('    args_allowlist = ["-smp"]\n', before));
});

test.each<[Action["kind"], string, string]>([
  ["allow-argument", "-smp", 'args_allowlist = ["-smp"]'],
  ["allow-emulator", "qemu-system-x86_64", 'emulators_allowlist = ["qemu-system-x86_64"]'],
  ["allow-image-path", '/a"b/${c}', 'image_paths = ["/a\\"b/$${c}"]'],
])("%s writes the list that the driver reads, quoted for HCL", (kind, value, line) => {
  expect(after(agent(""), { title: "", kind, value })).toBe(agent(`    ${line}\n`));
});

test.each([
  ["a computed list", agent('    args_allowlist = concat(["-m"], [])\n')],
  ["a broken file", 'plugin "qemu" {\n  config {\n'],
  ["a file without the plugin", 'data_dir = "/x"\n'],
  ["JSON", '{ "plugin": { "qemu": { "config": { "args_allowlist": ["-m"] } } } }'],
])("does not touch %s", (_name, text) => {
  expect(after(text)).toBeUndefined();
});
