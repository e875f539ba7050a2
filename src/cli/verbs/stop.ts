// `stop`: ends an allocation gracefully, or at once.
import { EXIT } from "../exitCodes.ts";
import { withHost } from "../hostClient.ts";
import { flag, type Verb } from "../verb.ts";
import { exitText } from "./status.ts";

export const stop: Verb = {
  operands: "ALLOC…",
  arity: [1, Infinity],
  description:
    "Presses the guest's power button where the task asks for graceful_shutdown, then sends kill_signal, then kills;\neach step has the task's kill_timeout. Waits until the VM is gone.",
  flags: {
    now: { kind: "switch", help: "kill at once; the guest cannot save anything" },
    purge: { kind: "switch", help: "remove the allocation's files afterwards" },
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu stop 3f2a", "nomad-qemu stop -now -purge 3f2a"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    return withHost(context, async (host) => {
      for (const id of given.operands) {
        const stopped = await host.request("allocation/stop", { id, now: given.has("now"), purge: given.has("purge") });
        for (const task of stopped.tasks) {
          const how = task.exit === undefined ? task.state : exitText(task.exit);
          terminal.print(`${stopped.name} ${task.name}: ${how}${given.has("purge") ? ", files removed" : ""}`);
        }
      }
      return EXIT.ok;
    });
  },
};
