// What the installed QEMU says of itself, and whether what it says of accelerators is true.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerators } from "../../src/driver/accelerators.ts";
import { capabilities } from "../../src/driver/capabilities.ts";
import { fingerprint } from "../../src/driver/fingerprint.ts";
import { UNRESTRICTED } from "../../src/driver/pluginConfig.ts";

const environment = process.env;
const probeFile = path.resolve(import.meta.dirname, "../../assets/guest/kvmprobe.bin.gz");
let folder: string;
let emulator: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "probes-"));
  const found = await fingerprint({ pluginConfig: UNRESTRICTED, environment });
  emulator = found.emulatorPaths["x86_64"] ?? "";
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(text: string): string {
  const file = path.join(folder, "qemu-system-x86_64");
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("accelerators", () => {
  const ask = (file: string, architecture = "x86_64") =>
    accelerators({ emulator: file, architecture, environment, probeFile });

  test("emulation is usable; every other one is, or says why not", async () => {
    const found = await ask(emulator);
    if (!found.ok) throw new Error(found.error.what);
    expect(found.value).toContainEqual({ name: "tcg", compiled: true, usable: true, reason: "" });
    for (const { usable, reason } of found.value) expect(usable).toBe(reason === "");
  });

  test("every emulator for PCs runs the probe, also one without debug devices or without 64 bits", async () => {
    const { emulatorPaths } = await fingerprint({ pluginConfig: UNRESTRICTED, environment });
    const pcs = Object.entries(emulatorPaths).filter(([name]) => /^(i386|x86_64)/.test(name));
    for (const [architecture, file] of pcs) {
      const found = await ask(file, architecture);
      if (!found.ok) throw new Error(found.error.what);
      const reasons = found.value.filter(({ usable }) => !usable).map(({ reason }) => reason);
      for (const reason of reasons)
        expect(reason).toMatch(/^present but too slow|failed to initialize|Could not access/);
      for (const { usable, reason } of found.value) expect(usable).toBe(reason === "");
    }
  });

  test("only the probe's own word counts: a guest that falls on the way ends QEMU as well", async () => {
    const emulatorThat = (answer: string) => script(`case "$*" in *"-accel help"*) echo kvm ;; *) ${answer} ;; esac`);
    expect(await ask(emulatorThat("printf T"))).toMatchObject({ value: [{ usable: true, reason: "" }] });
    expect(await ask(emulatorThat("true"))).toMatchObject({
      value: [{ usable: false, reason: "it opens, but the probe's guest fell before it was done" }],
    });
  });

  test("one that opens and crawls is not usable", async () => {
    const file = script('case "$*" in *"-accel help"*) echo Accelerators; echo kvm ;; *) exec sleep 60 ;; esac');
    expect(await ask(file)).toMatchObject({
      ok: true,
      value: [{ name: "kvm", usable: false, reason: "present but too slow: the probe did not end within 500 ms" }],
    });
  });

  test("one that does not open gives QEMU's reason", async () => {
    const file = script(
      'case "$*" in *"-accel help"*) echo kvm ;; *) echo "qemu-system-x86_64: -accel kvm: failed to initialize kvm: Permission denied" >&2; exit 1 ;; esac',
    );
    expect(await ask(file)).toMatchObject({
      ok: true,
      value: [{ usable: false, reason: "-accel kvm: failed to initialize kvm: Permission denied" }],
    });
  });

  test("an emulator that cannot run the probe is asked to open it", async () => {
    const found = await ask(emulator, "aarch64");
    expect(found).toMatchObject({ ok: true });
    if (found.ok) expect(found.value).toContainEqual({ name: "tcg", compiled: true, usable: true, reason: "" });
  });

  test("a program that lists none, and a probe that is missing, are problems", async () => {
    expect(await ask(script("exit 0"))).toMatchObject({ ok: false, error: { code: "accelerators-unknown" } });
    const missing = path.join(folder, "none.gz");
    expect(await accelerators({ emulator, architecture: "x86_64", environment, probeFile: missing })).toMatchObject({
      ok: false,
      error: { code: "probe-missing", where: missing },
    });
  });

  test("the question can be called off", async () => {
    const signal = AbortSignal.abort(new Error("no longer wanted"));
    await expect(accelerators({ emulator, architecture: "x86_64", environment, probeFile, signal })).rejects.toThrow(
      "no longer wanted",
    );
  });
});

describe("capabilities", () => {
  test("machines, processors and devices of the real thing", async () => {
    const found = await capabilities({ emulator, environment });
    if (!found.ok) throw new Error(found.error.what);
    const { version, machines, cpus, devices } = found.value;
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(machines.find(({ alias }) => alias === "pc")).toMatchObject({ isDefault: true });
    expect(machines.find(({ alias }) => alias === "q35")?.description).toContain("ICH9");
    expect(machines.map(({ name }) => name)).not.toContain("none");
    expect(cpus.map(({ name }) => name)).toEqual(expect.arrayContaining(["qemu64", "max"]));
    expect(devices.find(({ name }) => name === "virtio-net-pci")).toMatchObject({
      bus: "PCI",
      alias: "virtio-net",
      category: "Network devices",
    });
  });

  test("a program that is no QEMU is a problem", async () => {
    expect(await capabilities({ emulator: script("echo hello >&2; exit 3"), environment })).toMatchObject({
      ok: false,
      error: { code: "qemu-exited", why: "hello" },
    });
  });
});
