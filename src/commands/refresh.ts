// "Refresh": looks for QEMU and for the host again.
import { ProblemError } from "../base/result.ts";
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";

export const refresh: Command = {
  id: COMMANDS.refresh,
  needs: "trust",
  run: async ({ link, machine, policy }) => {
    await Promise.all([machine.probe(), policy.read(), link.look()]);
    const state = link.state();
    if (state.kind === "unreachable") throw new ProblemError(state.problem);
  },
};
