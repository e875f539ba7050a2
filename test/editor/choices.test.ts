// What "Run QEMU task" asks, what it refuses, and where the operator's list is changed.
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Editor } from "../support/editor.ts";
import type { EditorWindow } from "../support/editorWindow.ts";
import { pictureFailures } from "../support/failurePictures.ts";

const fixtures = path.join(import.meta.dirname, "fixtures");
const AGENT = 'plugin "qemu" {\n  config {\n    args_allowlist = ["-no-reboot", "-device"]\n  }\n}\n';

let editor: Editor;
let window: EditorWindow;
let agentFile: string;

beforeAll(async () => {
  editor = await Editor.start();
  for (const name of ["vm", "several", "broken", "docker"])
    await editor.copyIn(path.join(fixtures, `${name}.nomad.hcl`));
  const text = await readFile(path.join(fixtures, "vm.nomad.hcl"), "utf8");
  await writeFile(
    path.join(editor.folder, "refused.nomad.hcl"),
    text.replace('"-no-reboot", "-snapshot"', '"-device", "nonsense"'),
  );
  const several = await readFile(path.join(fixtures, "several.nomad.hcl"), "utf8");
  await writeFile(
    path.join(editor.folder, "secret.nomad.hcl"),
    several.replace('variable "memory"', 'variable "api_token"').replaceAll("var.memory", "var.api_token"),
  );
  agentFile = path.join(editor.configHome, "nomad-qemu/agent.hcl");
  await mkdir(path.dirname(agentFile), { recursive: true });
  await writeFile(agentFile, AGENT);
  window = await editor.openWindow();
});
afterAll(async () => editor.stop());
pictureFailures(() => window);

test("the fix 'allow it' adds the argument to the machine's own agent file", async () => {
  await window.openFile("vm.nomad.hcl");
  await window.squiggles("error").first().waitFor();
  await window.goTo(16, 46);
  await window.quickFix(/in my plugin configuration/);
  await window.squiggles("error").first().waitFor({ state: "detached" });
  expect(await readFile(agentFile, "utf8")).toBe(AGENT.replace('"-device"]', '"-device", "-snapshot"]'));
});

test("a file with broken syntax is refused with its place", async () => {
  await window.openFile("broken.nomad.hcl");
  await window.command("Nomad QEMU: Run QEMU task");
  await window.dialog().getByText("This job does not run").waitFor();
  await window
    .dialog()
    .getByText(/broken\.nomad\.hcl:6/)
    .waitFor();
  await window.answerDialog("Cancel");
});

test("a job without a qemu task says so", async () => {
  await window.openFile("docker.nomad.hcl");
  await window.command("Nomad QEMU: Run QEMU task");
  await window.dialog().getByText('This job has no task whose driver is "qemu"').waitFor();
  await window.answerDialog("Cancel");
});

test("the language server comes back when it dies", async () => {
  const before = await editor.languageServers();
  expect(before.length).toBe(1);
  for (const { pid } of before) process.kill(pid, "SIGKILL");
  await window.openFile("broken.nomad.hcl");
  await window.goTo(6, 1);
  await window.page.keyboard.press("End");
  await window.page.keyboard.insertText('"');
  await window.squiggles("error").first().waitFor({ state: "detached" });
  const after = await editor.languageServers();
  expect(after.map(({ pid }) => pid)).not.toEqual(before.map(({ pid }) => pid));
});

test("a QEMU that refuses its arguments says why, and nothing is left running", async () => {
  await window.openTree();
  await window.openFile("refused.nomad.hcl");
  await window.command("Nomad QEMU: Run QEMU task");
  await window.answerDialog("Run");
  await window.notification("'nonsense' is not a valid device model name").waitFor();
  await window.treeRow(/tiny.*exit code 1/).waitFor();
  expect(await window.statusBar("1 VM").count()).toBe(0);
  await window.command("Notifications: Clear All Notifications");
});

test("a port that is taken says by whom", async () => {
  const blocker = createServer().listen(0, "0.0.0.0");
  await once(blocker, "listening");
  const { port } = blocker.address() as AddressInfo;
  try {
    const network = `resources {\n        network {\n          port "ssh" {\n            static = ${port}\n          }\n        }`;
    const text = await readFile(path.join(fixtures, "vm.nomad.hcl"), "utf8");
    await writeFile(path.join(editor.folder, "port.nomad.hcl"), text.replace("resources {", network));
    await window.openFile("port.nomad.hcl");
    await window.command("Nomad QEMU: Run QEMU task");
    await window.answerDialog("Run");
    await window.notification(`Port ${port} is already in use`).waitFor();
    await window.command("Notifications: Clear All Notifications");
  } finally {
    blocker.close();
  }
});

test("of several tasks one is picked, after the variable was asked for", async () => {
  await window.openFile("several.nomad.hcl");
  await window.command("Nomad QEMU: Run QEMU task");
  await window.answerRefused('Value of the variable "memory"', "much", '"much" is not a number');
  await window.answer('Value of the variable "memory"', "128");
  await window.pick("All tasks of group pair");
  await window.dialog().getByText('Run "left, right"?').waitFor();
  await window.answerDialog("Run");
  await window.treeRow("left").waitFor();
  await window.treeRow("right").waitFor();
  await window.statusBar("2 VMs").waitFor();
  await window.command("Nomad QEMU: Stop all");
  await window.answerDialog("Stop all");
  await window.treeRow(/right.*switched off/).waitFor();
  await window.treeRow(/left.*switched off/).waitFor();
});

test("why a secret is refused does not quote it", async () => {
  await window.openFile("secret.nomad.hcl");
  await window.command("Nomad QEMU: Run QEMU task");
  await window.answerRefused('Value of the variable "api_token"', "hunter2", "The job does not take this value");
  expect(await window.quickInput().innerText()).not.toContain("hunter2");
  await window.page.keyboard.press("Escape");
  await window.openFile("several.nomad.hcl");
});

test("the variable's value is remembered, and a single task runs alone", async () => {
  await window.command("Nomad QEMU: Run QEMU task");
  await window.pick("left");
  await window.answerDialog("Run");
  await window.terminalShows("TINY-READY");
  await window.statusBar("1 VM").waitFor();
});
