// `restart`: stops a running task and starts it again in the same allocation.
import { EXIT } from "../exitCodes.ts";
import { shortId } from "../format.ts";
import { untilStarted, withHost } from "../hostClient.ts";
import { flag, type Verb } from "../verb.ts";

export const restart: Verb = {
  operands: "ALLOC [TASK]",
  arity: [1, 2],
  flags: { "data-dir": flag.dataDir },
  examples: ["nomad-qemu restart 3f2a", "nomad-qemu restart 3f2a vm"],
  run: async (context) => {
    const [id = "", task] = context.arguments.operands;
    const allocation = await withHost(context, async (host) => {
      const restarting = await host.request("allocation/restart", { id, task });
      return untilStarted(context, host, restarting.id, task);
    });
    context.terminal.print(`${allocation.name} (${shortId(allocation.id)}): ${allocation.description}`);
    return EXIT.ok;
  },
};
