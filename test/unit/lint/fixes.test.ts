// A fix mends what it promises to: the file stays valid, and the finding is gone.
import { describe, expect, it } from "vitest";
import { hasErrors } from "../../../src/hcl/diagnostic.ts";
import { parseSource } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { allowlist, POLICY, TRAPS } from "./cases.ts";
import { find, fixed, jobWith, lint } from "./support.ts";
import { applyEdits } from "../../../src/lint/edits.ts";

describe("every fix of every rule", () => {
  it.each([...POLICY, ...TRAPS].map(([what, parts, finding, options]) => ({ what, parts, finding, options })))(
    "$what",
    ({ parts, finding, options }) => {
      const text = jobWith(parts);
      const code = /^\w+ ([^:]+):/.exec(finding)?.[1] ?? "";
      const before = lint(text, options).filter((one) => one.code === code);
      expect(before.length).toBeGreaterThan(0);
      for (const fix of before.flatMap(({ fixes }) => fixes)) {
        const after = applyEdits(text, fix.edits);
        expect(hasErrors(parseSource(new SourceText("after", after), "strict").diagnostics), fix.title).toBe(false);
        const left = lint(after, options).filter((one) => one.code === code);
        expect(left.length, `${fix.title}\n${after}`).toBeLessThan(before.length);
      }
    },
  );
});

const config = (lines: string): string => jobWith({ config: lines });

describe("what a fix leaves", () => {
  it.each<[string, string, string, string, Parameters<typeof lint>[1]?, string?]>([
    [
      "an option goes with its value",
      'args = ["-smp", "2", "-vnc", ":1"]',
      "qemu/args-not-allowed",
      'args = ["-smp", "2"]',
      allowlist({ argsAllowlist: ["-smp"] }),
    ],
    [
      "an option without a value goes alone",
      'args = ["-snapshot", "-smp", "2"]',
      "qemu/args-not-allowed",
      'args = ["-smp", "2"]',
      allowlist({ argsAllowlist: ["-smp"] }),
    ],
    ["an option and its value are two", 'args = ["-smp 2"]', "qemu/argument-with-spaces", 'args = ["-smp", "2"]'],
    ["the old option has a successor", 'args = ["-nodefconfig"]', "qemu/removed-option", 'args = ["-no-user-config"]'],
    ["a forgotten dash", 'args = ["snapshot"]', "qemu/positional-argument", 'args = ["-snapshot"]'],
    ["a list was meant", 'args = "-snapshot"', "qemu/config-type", 'args = ["-snapshot"]'],
    [
      "the monitor is shared",
      'args = ["-serial", "stdio"]',
      "qemu/stdio-used-twice",
      'args = ["-serial", "mon:stdio"]',
    ],
    [
      "a mistyped runtime name",
      'args = ["-name", "${NOMAD_TASKNAME}"]',
      "qemu/config-unknown-variable",
      'args = ["-name", "${NOMAD_TASK_NAME}"]',
    ],
    [
      "the shared directory",
      'image_path = "../alloc/data/a.qcow2"',
      "qemu/image-path-not-allowed",
      'image_path = "${NOMAD_ALLOC_DIR}/data/a.qcow2"',
    ],
    [
      "the operator's spelling",
      'emulator = "qemu-system-x86_64"',
      "qemu/emulator-not-allowed",
      'emulator = "x86_64"',
      allowlist({ emulatorsAllowlist: ["x86_64"] }),
    ],
    [
      "the provided image",
      'image_path = "local/dsk.qcow2"',
      "qemu/image-not-provided",
      'image_path = "local/disk.qcow2"',
    ],
    [
      "this machine only",
      'args = ["-nic", "user,hostfwd=tcp::2222-:22"]',
      "qemu/forward-on-all-addresses",
      'args = ["-nic", "user,hostfwd=tcp:127.0.0.1:2222-:22"]',
    ],
  ])("%s", (_, before, code, after, options) => {
    const text = config(before);
    expect(fixed(text, find(text, code, options))).toBe(
      config(after).replace(/ {8}image_path.*\n {8}image_path/, "        image_path"),
    );
  });

  it("forwards the group's ports in args", () => {
    const parts = { group: 'network {\nport "ssh" {}\n}', config: "port_map {\n          ssh = 22\n        }" };
    const text = jobWith(parts);
    const after = fixed(text, find(text, "qemu/port-map-ignored"), "Forward the group's ports in args");
    expect(after).toContain(
      'args = ["-netdev", "user,id=guest0,hostfwd=tcp::${NOMAD_HOST_PORT_ssh}-:22", "-device", "virtio-net,netdev=guest0"]',
    );
    expect(lint(after ?? "").filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("gives port_map the network that the driver reads", () => {
    const text = jobWith({ config: "port_map {\n          ssh = 22\n        }" });
    const finding = find(text, "qemu/port-map-ignored");
    const after = fixed(text, finding, finding?.fixes.at(-1)?.title);
    expect(after).toContain('        network {\n          port "ssh" {}\n        }\n      }');
    expect(find(after ?? "", "qemu/port-map-ignored")).toBeUndefined();
  });

  it("unpacks a compressed image to a file of its own name", () => {
    const text = jobWith({ artifact: 'source = "https://x.org/disk.qcow2.xz"' });
    const after = fixed(text, find(text, "artifact/compressed-file")) ?? "";
    expect(after).toContain('        mode = "file"\n        destination = "local/disk.qcow2"\n');
    expect(lint(after).filter(({ severity }) => severity === "error" || severity === "warning")).toEqual([]);
  });
});

describe("what hangs on a variable without a value", () => {
  const declared = 'variable "x" {\n  type = string\n}\n';
  it.each([
    'args = ["-smp", var.x, "-snapshot"]',
    'args = [var.x, "2"]',
    "args = var.x",
    "image_path = var.x",
    'emulator = var.x\nmachine_type = "virt"\ndrive_interface = "virtio"',
    'machine_type = var.x\nemulator = "aarch64"\ndrive_interface = "virtio"',
    "drive_interface = var.x",
    "accelerator = var.x",
    "graceful_shutdown = var.x",
    'image_path = "local/${var.x}.qcow2"',
  ])("is not judged: %s", (lines) => {
    const findings = lint(
      declared + config(lines),
      allowlist({ argsAllowlist: ["-smp", "-snapshot"], emulatorsAllowlist: [] }),
    );
    expect(findings.filter(({ severity, code }) => severity === "error" && code !== "job/unset-variable")).toEqual([]);
  });
});
