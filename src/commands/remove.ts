// "Remove": forgets an allocation that has ended, with its files.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { isAlive } from "../views/rows.ts";
import type { Command } from "./command.ts";
import { hostOf } from "./stopAllocation.ts";
import { targetAllocation } from "./targets.ts";

const REMOVE = "Remove";

export const remove: Command = {
  id: COMMANDS.remove,
  needs: "trust",
  run: async (services, argument) => {
    const words = { title: "Remove which allocation?", nothing: "There is no allocation that has ended." };
    const allocation = await targetAllocation(services, argument, (candidate) => !isAlive(candidate), words);
    if (allocation === undefined) return;
    const question = `Remove ${allocation.jobId}.${allocation.group} and its files?`;
    const detail = `Its folder, with disk images and logs, is deleted:\n${allocation.allocDir}`;
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, REMOVE);
    if (chosen === REMOVE) await (await hostOf(services)).request("allocation/remove", { id: allocation.id });
  },
};
