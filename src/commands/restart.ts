// "Restart": ends a task gracefully and starts it again in its allocation.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";
import { hostOf } from "./stopAllocation.ts";
import { targetTask } from "./targets.ts";

export const restart: Command = {
  id: COMMANDS.restart,
  needs: "trust",
  run: async (services, argument) => {
    const words = { title: "Restart which task?", nothing: "No virtual machine is running." };
    const target = await targetTask(services, argument, ({ state }) => state === "running", words);
    if (target === undefined) return;
    const { allocation, task } = target;
    const host = await hostOf(services);
    const title = `Restarting ${allocation.jobId}.${allocation.group}.${task.name}`;
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () => {
      await host.request("allocation/restart", { id: allocation.id, task: task.name });
    });
  },
};
