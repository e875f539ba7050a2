// Takes the pictures of the README (docs/images/) from the packaged extension in a real VS Code. Run by hand after
// `npm run package`: `node scripts/pictures.ts`; the pictures are committed.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Editor } from "../test/support/editor.ts";
import { root } from "./programs.ts";

const images = path.join(root, "docs/images");
await mkdir(images, { recursive: true });

const hello = await readFile(path.join(root, "examples/hello.nomad.hcl"), "utf8");
/** A second job with an argument that the operator does not allow, and ports to show. */
const web = hello
  .slice(hello.indexOf("job "))
  .replaceAll('"hello"', '"web"')
  .replace(
    "graceful_shutdown = true",
    'graceful_shutdown = true\n        args              = ["-smp", "2", "-snapshot"]',
  );

const editor = await Editor.start({
  settings: { "nomadQemu.argsAllowlist": ["-smp"], "workbench.colorTheme": "Default Dark Modern" },
  viewport: { width: 1200, height: 720 },
});
try {
  await writeFile(path.join(editor.folder, "hello.nomad.hcl"), hello);
  await writeFile(path.join(editor.folder, "web.nomad.hcl"), web);
  const window = await editor.openWindow();
  await window.openTree();
  await window.openFile("hello.nomad.hcl");
  await window.pressCodeLens("Run");
  await window.dialog().getByText("-machine type=pc").waitFor();
  await window.screenshot(path.join(images, "confirm.png"));
  await window.answerDialog("Run");
  await window.terminalShows("TINY-READY");
  await window.typeInTerminal("Hello, machine!");
  await window.terminalShows("Hello, machine!");

  await window.openFile("web.nomad.hcl");
  await window.squiggles("error").first().waitFor();
  const line = web.split("\n").findIndex((text) => text.includes("-snapshot"));
  await window.goTo(line + 1, (web.split("\n")[line] ?? "").indexOf("-snapshot") + 2);
  await window.codeLens("Run").first().waitFor();
  await window.screenshot(path.join(images, "overview.png"));
  await window.page.keyboard.press("Control+.");
  await window.page.locator(".action-widget .monaco-list-row").first().waitFor();
  await window.screenshot(path.join(images, "fix.png"));
} finally {
  await editor.stop();
}
