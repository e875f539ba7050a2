// The one status bar item: how many virtual machines run; absent when none does.
import * as vscode from "vscode";
import type { AllocationStore } from "./allocationStore.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import { VIEW_ID } from "./names.ts";
import { runningText } from "./rows.ts";

export function createStatusBar(store: AllocationStore): Disposable {
  const held = new DisposableStore();
  const item = held.add(vscode.window.createStatusBarItem("nomadQemu.running", vscode.StatusBarAlignment.Left, 10));
  item.name = "Nomad QEMU";
  item.command = `${VIEW_ID}.focus`;
  const show = (): void => {
    const running = store
      .alive()
      .flatMap((allocation) =>
        allocation.tasks
          .filter(({ state }) => state === "running")
          .map(({ name }) => `${allocation.jobId}.${allocation.group}.${name}`),
      );
    if (running.length === 0) {
      item.hide();
      return;
    }
    item.text = `$(vm-running) ${running.length === 1 ? "1 VM" : `${running.length} VMs`}`;
    item.tooltip = ["Running here:", ...running].join("\n");
    item.accessibilityInformation = { label: runningText(running.length) };
    item.show();
  };
  held.add(store.onDidChange(show));
  show();
  return held;
}
