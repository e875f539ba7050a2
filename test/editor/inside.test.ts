// The suite that runs inside the extension host: in the server build always, on a desktop VS Code where one is named.
import path from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildInsideSuite, runSuiteOnDesktop, SUITE_SETTINGS } from "../../scripts/testElectron.ts";
import { Editor, endHost } from "../support/editor.ts";

const root = path.resolve(import.meta.dirname, "../..");
const desktop = process.env["VSCODE_EXECUTABLE_PATH"];

let editor: Editor | undefined;
beforeAll(async () => {
  editor = await Editor.start({ extension: "development", settings: SUITE_SETTINGS });
  await editor.copyIn(path.join(import.meta.dirname, "fixtures/vm.nomad.hcl"));
});
afterAll(async () => editor?.stop());

test("the extension host of the server build passes the suite", async () => {
  const { code, lines } = await editor!.runInside(root, await buildInsideSuite());
  expect(lines.filter((line) => line.startsWith("FAILED"))).toEqual([]);
  expect(lines.filter((line) => line.startsWith("ok ")).length).toBeGreaterThan(4);
  expect(code).toBe(0);
});

test("a desktop VS Code passes the suite", async ({ skip }) => {
  if (desktop === undefined) return skip("VSCODE_EXECUTABLE_PATH names no desktop VS Code");
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "nqd-data-"));
  try {
    await runSuiteOnDesktop({ executable: desktop, dataDir });
  } finally {
    await endHost(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
});
