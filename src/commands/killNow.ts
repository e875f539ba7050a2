// "Kill now": ends an allocation's virtual machines without asking the guest.
import { COMMANDS } from "../views/names.ts";
import { isAlive } from "../views/rows.ts";
import type { Command } from "./command.ts";
import { kill } from "./stopAllocation.ts";
import { targetAllocation } from "./targets.ts";

export const killNow: Command = {
  id: COMMANDS.killNow,
  needs: "trust",
  run: async (services, argument) => {
    const words = { title: "Kill which allocation?", nothing: "No virtual machine is running." };
    const allocation = await targetAllocation(services, argument, isAlive, words);
    if (allocation !== undefined) await kill(services, allocation);
  },
};
