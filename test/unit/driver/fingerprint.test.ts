// The fingerprint of programs that are no QEMU. What real ones give is in test/golden/fingerprint.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fingerprint } from "../../../src/driver/fingerprint.ts";
import { UNRESTRICTED } from "../../../src/driver/pluginConfig.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "fingerprint-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an emulator that hangs is named as silent, soon", async () => {
  const file = path.join(folder, "qemu-system-x86_64");
  writeFileSync(file, "#!/bin/sh\nsleep 600\n", { mode: 0o755 });
  const environment = { PATH: `${folder}:/usr/bin:/bin` };
  const found = await fingerprint({ pluginConfig: UNRESTRICTED, environment, versionTimeoutMs: 100 });
  expect(found).toEqual({
    attributes: {},
    detected: false,
    healthy: false,
    healthDescription: "Failed to execute qemu binary: The program did not end within 100 ms",
    emulatorPaths: expect.objectContaining({ x86_64: file }),
    silent: ["x86_64"],
  });
});
