// A machine without QEMU: the view and a run say what is missing and how to get it.
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { Editor } from "../support/editor.ts";
import type { EditorWindow } from "../support/editorWindow.ts";
import { pictureFailures } from "../support/failurePictures.ts";

let editor: Editor;
let window: EditorWindow;

beforeAll(async () => {
  editor = await Editor.start({ path: "/nonexistent" });
  await editor.copyIn(path.join(import.meta.dirname, "fixtures/vm.nomad.hcl"));
  window = await editor.openWindow();
});
afterAll(async () => editor.stop());
pictureFailures(() => window);

test("the view says that QEMU is missing and how to install it", async () => {
  await window.openTree();
  await window.welcome().getByText("QEMU was not found on this machine").waitFor();
  await window.welcome().getByText("apt install qemu-system-x86").waitFor();
});

test("a run says the same and starts nothing", async () => {
  await window.openFile("vm.nomad.hcl");
  await window.command("Nomad QEMU: Run QEMU task");
  await window.notification("QEMU was not found on this machine").waitFor();
});
