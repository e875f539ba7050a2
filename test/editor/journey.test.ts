// The whole way, as a user goes it: a job file, a squiggle, a fix, a running machine, its console, a reload, a graceful stop.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHostNote } from "../../src/host/hostFile.ts";
import { dataPaths } from "../../src/base/paths.ts";
import { Editor } from "../support/editor.ts";
import type { EditorWindow } from "../support/editorWindow.ts";
import { pictureFailures } from "../support/failurePictures.ts";

const fixtures = path.join(import.meta.dirname, "fixtures");
const BANNER = /TINY-READY m=p pm=[0-9a-f]{4}/;

let editor: Editor;
let window: EditorWindow;
/** The window that a failure is to be seen in. */
let front: EditorWindow;
let jobFile: string;

beforeAll(async () => {
  // Soon, so that most of this happens with a background process that comes and goes.
  editor = await Editor.start({ settings: { "nomadQemu.argsAllowlist": ["-no-reboot"] }, hostIdleMs: 500 });
  jobFile = await editor.copyIn(path.join(fixtures, "vm.nomad.hcl"));
  window = await editor.openWindow();
  front = window;
});
afterAll(async () => editor.stop());
pictureFailures(() => front);

describe("a job file in the editor", () => {
  test("an argument that the operator does not allow is underlined, and the message says so", async () => {
    await window.openFile("vm.nomad.hcl");
    await window.squiggles("error").first().waitFor();
    const problems = await window.problems();
    await problems.filter({ hasText: '"-snapshot" is not in args_allowlist' }).waitFor();
  });

  test("a run is refused, and the message shows where", async () => {
    await window.command("Nomad QEMU: Run QEMU task");
    await window.dialog().getByText("This job does not run: it has an error.").waitFor();
    await window
      .dialog()
      .getByText(/vm\.nomad\.hcl:16/)
      .waitFor();
    await window.answerDialog("Show");
    await window.statusBar(/Ln 16, Col/).waitFor();
  });

  test("the quick fix removes the argument, and the squiggle goes", async () => {
    await window.goTo(16, 46);
    await window.quickFix(/Remove/);
    await window.save();
    await window.squiggles("error").first().waitFor({ state: "detached" });
    expect(await readFile(jobFile, "utf8")).toContain('args              = ["-no-reboot"]');
  });
});

describe("a virtual machine", () => {
  test("the first run shows the command line and asks; declined, nothing starts", async () => {
    await window.openTree();
    await window.pressCodeLens("Run");
    await window.dialog().getByText('Run "tiny"?').waitFor();
    const detail = await window.dialog().innerText();
    expect(detail).toContain("-machine type=pc,accel=tcg");
    expect(detail).toContain("-no-reboot");
    await window.answerDialog("Cancel");
    expect(await window.treeRow("journey.vm").count()).toBe(0);
  });

  test("it starts, its console opens with the guest's banner, and the tree and the status bar show it", async () => {
    await window.pressCodeLens("Run");
    await window.answerDialog("Run");
    await window.terminalShows(BANNER);
    await window.treeRow("journey.vm").waitFor();
    await window.treeRow(/tiny.*< 1 min/).waitFor();
    await window.statusBar("1 VM").waitFor();
    await window.codeLens("Stop").waitFor();
  });

  test("it answers what is typed into the console", async () => {
    await window.typeInTerminal("hello there");
    await window.terminalShows("hello there");
  });

  test("a second window sees it, and both consoles show what either types", async () => {
    const second = await editor.openWindow();
    front = second;
    await second.openTree();
    await second.treeAction(second.treeRow("tiny"), "Open console");
    await second.terminalShows("hello there");
    await second.typeInTerminal("from two");
    await second.terminalShows("from two");
    await window.terminalShows("from two");
    await second.close();
    front = window;
  });

  test("a reload of the window leaves it alive and finds it again, with what its console showed", async () => {
    await window.hidePanel();
    await window.reload();
    await window.openTree();
    await window.treeRow("tiny").waitFor();
    await window.statusBar("1 VM").waitFor();
    await window.treeAction(window.treeRow("tiny"), "Open console");
    await window.terminalShows("hello there");
    await window.typeInTerminal("still here");
    await window.terminalShows("still here");
  });

  test("the death of the background process does not touch it; the window finds it again", async () => {
    const { hostFile } = dataPaths(editor.dataDir);
    const before = readHostNote(hostFile)?.process.pid;
    expect(before).toBeGreaterThan(0);
    process.kill(before ?? 0, "SIGKILL");
    await window.terminalShows("The background process went away; the machine runs on.");
    await window.terminalShows("Attached again.");
    await window.typeInTerminal("after all");
    await window.terminalShows("after all");
    await window.treeRow(/tiny/).waitFor();
    expect(readHostNote(hostFile)?.process.pid).not.toBe(before);
  });

  test("its command line can be read while it runs", async () => {
    await window.contextMenu(window.treeRow("tiny"), "Show command line");
    await window.editorShows("# What Nomad's QEMU driver runs:");
    await window.editorShows("-name tiny.img");
  });

  test("the palette shows the command line of what runs when no job file is in front", async () => {
    await window.command("View: Close All Editors");
    await window.command("Nomad QEMU: Show command line");
    await window.editorShows("# What Nomad's QEMU driver runs:");
    await window.editorShows("-name tiny.img");
  });

  test("stop presses the power button, and the tree says that the guest switched itself off", async () => {
    await window.treeAction(window.treeRow("journey.vm"), "Stop");
    await window.treeRow(/tiny.*switched off by the guest/).waitFor();
    await window.statusBar("1 VM").waitFor({ state: "detached" });
    await window.terminalShows("TINY-OFF");
    await window.terminalShows("The machine has ended: switched off by the guest. Press Enter to close this terminal.");
  });

  test("Enter closes the terminal of a machine that has ended", async () => {
    await window.pressInTerminal("Enter");
    await window.terminalLacks("Press Enter to close this terminal.");
  });

  test("the background process leaves although the window is open; what has ended stays on show", async () => {
    await expect.poll(() => readHostNote(dataPaths(editor.dataDir).hostFile), { timeout: 20_000 }).toBeUndefined();
    await window.treeRow(/tiny.*switched off by the guest/).waitFor();
  });

  test("its log stays readable after its end", async () => {
    await window.contextMenu(window.treeRow(/tiny.*switched off/), "Show logs");
    await window.pick("stdout");
    await window.editorShows("TINY-READY");
    await window.editorShows("TINY-OFF");
  });

  test("a run that was approved starts without asking again, and can be killed", async () => {
    await window.openFile("vm.nomad.hcl");
    await window.command("Nomad QEMU: Run QEMU task");
    await window.terminalShows(BANNER);
    // ^I: this guest ignores the power button from now on.
    await window.typeInTerminal("\t");
    await window.terminalShows(/^I$/m);
    await window.treeAction(window.treeRow("journey.vm").first(), "Stop");
    await window.treeAction(window.treeRow(/journey\.vm.*stopping/), "Kill now");
    await window.treeRow(/journey\.vm.*stopping/).waitFor({ state: "detached" });
    await window.statusBar("1 VM").waitFor({ state: "detached" });
  });

  test("what has ended can be removed", async () => {
    await window.command("Nomad QEMU: Remove everything that has ended");
    await window.answerDialog("Remove");
    await window.welcome().getByText("No virtual machine is running.").waitFor();
    await window.welcome().getByRole("button", { name: "Run QEMU task" }).waitFor();
  });
});
