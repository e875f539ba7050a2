// "Remove everything that has ended": forgets all dead allocations, with their files.
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { isAlive } from "../views/rows.ts";
import type { Command } from "./command.ts";
import { hostOf } from "./stopAllocation.ts";

const REMOVE = "Remove";

export const removeFinished: Command = {
  id: COMMANDS.removeFinished,
  needs: "trust",
  run: async (services) => {
    const ended = services.store.all().filter((allocation) => !isAlive(allocation));
    if (ended.length === 0) return;
    const count = ended.length === 1 ? "1 allocation that has" : `${ended.length} allocations that have`;
    const detail = ended.map(({ jobId, group, allocDir }) => `${jobId}.${group}: ${allocDir}`).join("\n");
    const question = `Remove ${count} ended, with disk images and logs?`;
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, REMOVE);
    if (chosen !== REMOVE) return;
    const host = await hostOf(services);
    for (const { id } of ended) await host.request("allocation/remove", { id });
  },
};
