// What the host refuses before anything of a job file is run.
import { expect, test } from "vitest";
import { localNode } from "../../../src/client/machineFacts.ts";
import type { Fingerprint } from "../../../src/driver/fingerprint.ts";
import type { RunFileParams } from "../../../src/host/protocol.ts";
import { runFile } from "../../../src/host/runFile.ts";
import { runFileParams } from "../../support/runFileParams.ts";

const FOUND: Fingerprint = {
  attributes: {},
  detected: true,
  healthy: true,
  healthDescription: "Healthy",
  emulatorPaths: { x86_64: "/q/qemu-system-x86_64" },
};

function params(config: string): RunFileParams {
  const text = `job "test" {
  group "g" {
    task "vm" {
      driver = "qemu"
      config {
        image_path = "local/tiny.img"
        ${config}
      }
      resources { memory = 128 }
    }
  }
}`;
  return { ...runFileParams("test.nomad.hcl", text), secondOpinion: "accepts" };
}

async function refused(fingerprint: Fingerprint, config = "", allocRoot = "/data/alloc") {
  const node = await localNode(fingerprint);
  return runFile(params(config), {
    allocations: { run: () => Promise.reject(new Error("something was started")) },
    machine: () => Promise.resolve({ fingerprint, node }),
    acceptedSyntax: { add: () => undefined, has: () => false },
    allocRoot,
  });
}

test("an emulator that hangs: the place, the program, and the answer that was missing", async () => {
  const fingerprint = { ...FOUND, silent: ["x86_64"] };
  const hangs =
    "qemu-system-x86_64 does not answer; /q/qemu-system-x86_64 --version hangs (nothing came within 5 s), so it is no working QEMU.";
  expect(await refused(fingerprint)).toEqual({
    kind: "refused",
    reasons: [expect.stringMatching(new RegExp(`^test\\.nomad\\.hcl:.*: ${hangs.replaceAll(/[.()]/g, "\\$&")}`))],
    fingerprint,
  });
});

test.each([
  ["graceful_shutdown = true", "qm.sock"],
  ["guest_agent = true", "qa.sock"],
])("a data directory too long for a socket in the task's folder: %s", async (config, socket) => {
  const allocRoot = `/${"d".repeat(100)}/alloc`;
  const reason = `socket path ${allocRoot}/.*/vm/${socket} is longer than the maximum length allowed \\(108\\)`;
  const result = await refused(FOUND, config, allocRoot);
  expect(result).toMatchObject({ kind: "refused", reasons: [expect.stringMatching(reason)] });
});
