// `stop`: ends an allocation gracefully, or at once.
import { ProblemError } from "../../base/result.ts";
import type { AllocationSummary } from "../../client/status.ts";
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
    const how = { now: given.has("now"), purge: given.has("purge") };
    return withHost(context, async (host) => {
      let code: number = EXIT.ok;
      for (const id of given.operands) {
        try {
          const stopped = await host.request("allocation/stop", { id, ...how });
          for (const line of stoppedLines(stopped, how)) terminal.print(line);
        } catch (error) {
          // The others are stopped all the same, as long as there is a host that can.
          if (!(error instanceof ProblemError) || error.problem.code === "host-gone") throw error;
          terminal.complain(error.problem);
          code = EXIT.no;
        }
      }
      return code;
    });
  },
};

function stoppedLines({ name, tasks }: AllocationSummary, { purge }: { readonly purge: boolean }): string[] {
  return tasks.map((task) => {
    const how = task.exit === undefined ? task.state : exitText(task.exit);
    return `${name} ${task.name}: ${how}${purge ? ", files removed" : ""}`;
  });
}
