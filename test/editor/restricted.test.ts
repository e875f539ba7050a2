// Restricted Mode: a folder that is not trusted is read, and nothing of it is run.
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Editor } from "../support/editor.ts";
import type { EditorWindow } from "../support/editorWindow.ts";
import { pictureFailures } from "../support/failurePictures.ts";

let editor: Editor;
let window: EditorWindow;

beforeAll(async () => {
  editor = await Editor.start({
    workspaceTrust: "ask",
    settings: { "nomadQemu.argsAllowlist": ["-no-reboot"] },
  });
  await editor.copyIn(path.join(import.meta.dirname, "fixtures/vm.nomad.hcl"));
  window = await editor.openWindow();
});
afterAll(async () => editor.stop());
pictureFailures(() => window);

test("job files are linted", async () => {
  await window.openFile("vm.nomad.hcl");
  await window.squiggles("error").first().waitFor();
});

test("a run is refused and says why", async () => {
  await window.command("Nomad QEMU: Run QEMU task");
  await window.notification("Nothing is run in Restricted Mode").waitFor();
});

test("the view says why it is empty", async () => {
  await window.openTree();
  await window.welcome().getByText("This folder is in Restricted Mode").waitFor();
});

test("no background process was started and no folder made", () => {
  expect(existsSync(editor.dataDir)).toBe(false);
});

test("trusted, the same window shows what runs, without a reload", async () => {
  await window
    .notification("Nothing is run in Restricted Mode")
    .getByRole("button", { name: "Manage Workspace Trust" })
    .click();
  await window.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
  await window.openTree();
  await window.welcome().getByText("No virtual machine is running.").waitFor();
});
