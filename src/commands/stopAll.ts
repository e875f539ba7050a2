// "Stop all": a graceful shutdown of everything that runs, after asking.
import * as vscode from "vscode";
import { problemOf, showProblem } from "../views/messages.ts";
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";
import { stopGracefully } from "./stopAllocation.ts";

const STOP_ALL = "Stop all";

export const stopAll: Command = {
  id: COMMANDS.stopAll,
  needs: "trust",
  run: async (services) => {
    const alive = services.store.alive();
    if (alive.length === 0) return;
    const names = alive.map(({ jobId, group }) => `${jobId}.${group}`).join("\n");
    const question = alive.length === 1 ? "Stop the allocation that runs?" : `Stop all ${alive.length} allocations?`;
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail: names }, STOP_ALL);
    if (chosen !== STOP_ALL) return;
    const stops = await Promise.allSettled(alive.map((allocation) => stopGracefully(services, allocation)));
    const failed = stops.find((result) => result.status === "rejected");
    if (failed !== undefined) await showProblem(problemOf(failed.reason, "Not everything was stopped"), services.log);
  },
};
