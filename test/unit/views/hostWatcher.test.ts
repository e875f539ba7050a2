import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { dataPaths } from "../../../src/base/paths.ts";
import { watchForHost } from "../../../src/views/hostWatcher.ts";

const made: (() => void)[] = [];
afterEach(() => {
  for (const undo of made.splice(0).reverse()) undo();
});

/** Watches a data directory; resolves when the watcher tells of a host. */
function watched(dataDir: string): Promise<void> {
  return new Promise((resolve) => {
    const watching = watchForHost(dataDir, resolve);
    made.push(() => watching.dispose());
  });
}

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nq-watch-"));
  made.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("tells of a host's note in a data directory that is there", async () => {
  const dataDir = temporary();
  const told = watched(dataDir);
  writeFileSync(dataPaths(dataDir).hostFile, "{}");
  await told;
});

test("tells of it in a data directory that is made later, several folders deep", async () => {
  const dataDir = path.join(temporary(), "state/nomad-qemu");
  const told = watched(dataDir);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(dataPaths(dataDir).hostFile, "{}");
  await told;
});

test("says nothing of other files", async () => {
  const dataDir = temporary();
  let count = 0;
  const watching = watchForHost(dataDir, () => count++);
  writeFileSync(path.join(dataDir, "other.json"), "{}");
  const told = watched(dataDir);
  writeFileSync(dataPaths(dataDir).hostFile, "{}");
  await told;
  watching.dispose();
  expect(count).toBeLessThanOrEqual(2);
});
