// "Stop": a graceful shutdown of an allocation's virtual machines.
import { COMMANDS } from "../views/names.ts";
import { isAlive } from "../views/rows.ts";
import type { Command } from "./command.ts";
import { stopGracefully } from "./stopAllocation.ts";
import { targetAllocation } from "./targets.ts";

export const stop: Command = {
  id: COMMANDS.stop,
  needs: "trust",
  run: async (services, argument) => {
    const words = { title: "Stop which allocation?", nothing: "No virtual machine is running." };
    const allocation = await targetAllocation(services, argument, isAlive, words);
    if (allocation !== undefined && isAlive(allocation)) await stopGracefully(services, allocation);
  },
};
