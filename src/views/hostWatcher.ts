// Tells when a host appears for a data directory, also when that directory is not there yet.
import { existsSync, watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { dataPaths } from "../base/paths.ts";
import type { Disposable } from "./disposables.ts";

/**
 * Calls `onAppear` when the host's note is written. Watches the data directory, or the nearest folder above that exists
 * until it does. Where the system cannot watch (no inotify watches left), nothing is told.
 */
export function watchForHost(dataDir: string, onAppear: () => void): Disposable {
  const note = path.basename(dataPaths(dataDir).hostFile);
  let watcher: FSWatcher | undefined;
  let disposed = false;

  const arm = (): void => {
    watcher?.close();
    watcher = undefined;
    if (disposed) return;
    const folder = nearestExisting(dataDir);
    try {
      watcher = watch(folder, (_event, name) => {
        if (folder === dataDir) {
          if (name === note && existsSync(dataPaths(dataDir).hostFile)) onAppear();
          if (!existsSync(dataDir)) arm();
        } else if (nearestExisting(dataDir) !== folder) {
          arm();
          if (existsSync(dataPaths(dataDir).hostFile)) onAppear();
        }
      });
      watcher.on("error", () => watcher?.close());
    } catch {
      // Gone between the look and the watch, or no watches left: "Refresh" still works.
    }
  };

  arm();
  return {
    dispose: () => {
      disposed = true;
      watcher?.close();
    },
  };
}

function nearestExisting(folder: string): string {
  let at = folder;
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at);
  return at;
}
