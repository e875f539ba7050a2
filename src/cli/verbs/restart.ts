// `restart`: stops a running task and starts it again in the same allocation.
import { EXIT } from "../exitCodes.ts";
import { shortId } from "../format.ts";
import { untilAllocation, withHost } from "../hostClient.ts";
import { flag, type Verb } from "../verb.ts";

export const restart: Verb = {
  operands: "ALLOC [TASK]",
  arity: [1, 2],
  flags: { "data-dir": flag.dataDir },
  examples: ["nomad-qemu restart 3f2a", "nomad-qemu restart 3f2a vm"],
  run: async (context) => {
    const [id = "", task] = context.arguments.operands;
    const allocation = await withHost(context, async (host) => {
      const before = await host.request("allocation/get", { id });
      await host.request("allocation/restart", { id, task });
      // Only what ran is restarted; it has been, when it runs since a later moment.
      const running = before.tasks.filter(({ name, state }) => state === "running" && (task ?? name) === name);
      return untilAllocation(context, host, before.id, ({ tasks }) =>
        running.every(({ name, startedAt }) => {
          const now = tasks.find((candidate) => candidate.name === name);
          return now?.state === "dead" || (now?.state === "running" && now.startedAt !== startedAt);
        }),
      );
    });
    context.terminal.print(`${allocation.name} (${shortId(allocation.id)}): ${allocation.description}`);
    return EXIT.ok;
  },
};
