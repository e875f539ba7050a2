// A test of the editor that fails leaves a picture of its window in .vscode-test/failures/.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { afterEach } from "vitest";
import type { EditorWindow } from "./editorWindow.ts";

const folder = path.resolve(import.meta.dirname, "../../.vscode-test/failures");

/** Call once in a test file. */
export function pictureFailures(window: () => EditorWindow | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await mkdir(folder, { recursive: true });
    const name = `${path.basename(task.file.name, ".test.ts")}-${task.name.replaceAll(/\W+/g, "-").slice(0, 60)}.png`;
    await window()
      ?.screenshot(path.join(folder, name))
      .catch(() => undefined);
  });
}
