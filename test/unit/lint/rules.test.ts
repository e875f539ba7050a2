// Each rule marks its place, and only there.
import { describe, expect, it } from "vitest";
import type { LintOptions } from "../../../src/lint/lint.ts";
import { allowlist, POLICY, TRAPS } from "./cases.ts";
import { find, jobWith, lint, shown, type JobParts } from "./support.ts";

it("has nothing against a good job", () => {
  expect(lint(jobWith()).map(shown)).toEqual([]);
});

describe.each([
  { title: "what the driver refuses", cases: POLICY },
  { title: "known traps", cases: TRAPS },
])("$title", ({ cases }) => {
  it.each(cases.map(([what, parts, finding, options]) => ({ what, parts, finding, options })))(
    "$what",
    ({ parts, finding, options }) => {
      const findings = lint(jobWith(parts), options).map(shown);
      expect(findings).toContain(finding);
      // The trap is the only error; warnings and hints may keep it company.
      expect(findings.filter((one) => one.startsWith("error "))).toEqual(finding.startsWith("error ") ? [finding] : []);
    },
  );
});

const FINE: readonly (readonly [string, string, JobParts, Partial<LintOptions>?])[] = [
  [
    "values of allowed options",
    "qemu/args-not-allowed",
    { config: 'args = ["-drive", "file=-x"]' },
    allowlist({ argsAllowlist: ["-drive"] }),
  ],
  [
    "an image in an allowed folder",
    "qemu/image-path-not-allowed",
    { config: 'image_path = "/srv/a.qcow2"' },
    allowlist({ imagePaths: ["/srv"] }),
  ],
  [
    "an image in the shared directory",
    "qemu/image-path-not-allowed",
    { config: 'image_path = "${NOMAD_ALLOC_DIR}/data/a.qcow2"' },
  ],
  ["memory that secrets complete", "qemu/memory-out-of-bounds", { resources: "memory = 100\nsecrets = 28" }],
  ["an unnamed folder of artifacts", "qemu/image-not-provided", { artifact: 'source = "https://x.org/all.tar.gz"' }],
  [
    "a renamed image",
    "qemu/image-not-provided",
    { artifact: 'source = "https://x.org/a.xz"\nmode = "file"\ndestination = "local/disk.qcow2"' },
  ],
  [
    "metadata as runtime name",
    "qemu/config-unknown-variable",
    { task: 'meta { a-b = "c" }', config: 'args = ["-name", "${NOMAD_META_a_b}"]' },
  ],
  [
    "names of templates",
    "qemu/config-unknown-variable",
    {
      task: 'template {\ndata = "A=1"\ndestination = "local/e"\nenv = true\n}',
      config: 'args = ["-name", "${anything}"]',
    },
  ],
  ["node attributes", "qemu/config-invalid", { config: 'args = ["-name", "${attr.unique.hostname}${meta.rack}"]' }],
  ["a mux on stdio", "qemu/stdio-used-twice", { config: 'args = ["-serial", "mon:stdio"]' }],
  [
    "-serial stdio without a monitor",
    "qemu/stdio-used-twice",
    { config: 'args = ["-serial", "stdio", "-monitor", "none"]' },
  ],
  [
    "-serial stdio with graceful_shutdown",
    "qemu/stdio-used-twice",
    { config: 'graceful_shutdown = true\nargs = ["-serial", "stdio"]' },
  ],
  ["-nodefaults with a console", "qemu/nodefaults", { config: 'args = ["-nodefaults", "-serial", "stdio"]' }],
  ["a value with blanks", "qemu/argument-with-spaces", { config: 'args = ["-append", "console=ttyS0 quiet"]' }],
  [
    "an argument that only the client knows",
    "qemu/positional-argument",
    { config: 'args = ["${NOMAD_META_x}", "value"]', job: 'meta { x = "-name" }' },
  ],
  [
    "another machine from args",
    "qemu/drive-interface-machine",
    { config: 'drive_interface = "scsi"\nargs = ["-machine", "none"]' },
  ],
  ["a versioned machine", "qemu/machine-type-unknown", { config: 'machine_type = "pc-q35-7.2"' }],
  ["fallbacks of accelerators", "qemu/accelerator-unknown", { config: 'accelerator = "kvm:tcg"' }],
  [
    "port_map with the task's network",
    "qemu/port-map-ignored",
    { config: "port_map { ssh = 22 }", resources: 'network {\nport "ssh" {}\n}' },
  ],
  [
    "the network that port_map needs",
    "job/deprecated",
    { config: "port_map { ssh = 22 }", resources: 'network {\nport "ssh" {}\n}' },
  ],
  ["cores with -smp", "qemu/cores-not-in-guest", { config: 'args = ["-smp", "4"]', resources: "cores = 4" }],
  ["a service with a port", "qemu/service-restarts-guest", { type: "service", group: 'network {\nport "ssh" {}\n}' }],
  [
    "a packed image that stays packed",
    "artifact/compressed-file",
    { artifact: 'source = "https://x.org/a.gz"\noptions {\narchive = "false"\n}' },
  ],
  ["a tar archive", "artifact/compressed-file", { artifact: 'source = "https://x.org/a.tar.xz"' }],
  ["git", "artifact/local-file", { artifact: 'source = "git::https://x.org/a"' }],
  ["GitHub", "artifact/local-file", { artifact: 'source = "github.com/a/b"' }],
  [
    "numbers compared as numbers",
    "job/constraint-compares-text",
    { job: 'constraint {\nattribute = "${attr.cpu.numcores}"\noperator = ">="\nvalue = "4"\n}' },
  ],
  [
    "the Nomad version that has it",
    "job/needs-newer-nomad",
    { config: 'machine_type = "q35"' },
    { nomadVersion: "1.11.1" },
  ],
];

describe("no finding", () => {
  it.each(FINE.map(([what, code, parts, options]) => ({ what, code, parts, options })))(
    "for $what ($code)",
    ({ code, parts, options }) => {
      expect(find(jobWith(parts), code, options)?.message).toBeUndefined();
    },
  );
});

it("is the same every time, and in the order of the file", () => {
  const text = jobWith({
    config: 'args = ["-zzz", "x", "-nodefaults"]',
    resources: "memory = 64",
    task: 'user = "root"',
  });
  const first = lint(text);
  expect(lint(text)).toEqual(first);
  expect(first.map(({ span }) => span.start)).toEqual(first.map(({ span }) => span.start).sort((a, b) => a - b));
});

it("speaks of what stands in a damaged file, not of what is missing", () => {
  const text = jobWith({ resources: "memory = 64" }).replace('image_path = "local/disk.qcow2"', 'image_path = "local');
  const codes = new Set(lint(text).map(({ code }) => code));
  expect(codes).toContain("hcl/syntax");
  expect(codes).not.toContain("qemu/config-missing-argument");
  expect(codes).not.toContain("qemu/config-empty");
});

it("takes any beginning of a job file without a word too many", () => {
  const text = jobWith({ config: 'args = ["-smp", "2"]', group: 'network {\n      port "ssh" {}\n    }' });
  for (let length = 0; length <= text.length; length += 7) {
    const errors = lint(text.slice(0, length)).filter(({ severity }) => severity === "error");
    expect(errors.length, text.slice(0, length)).toBeLessThanOrEqual(2);
  }
});

it("lints only tasks of the QEMU driver", () => {
  const text = jobWith({ config: 'args = ["-zzz"]' }).replace('driver = "qemu"', 'driver = "exec"');
  expect(lint(text).filter(({ code }) => code.startsWith("qemu/"))).toEqual([]);
});
