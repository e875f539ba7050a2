// `logs`: what a task printed, from its rotated log files.
import { ProblemError } from "../../base/result.ts";
import { followLog, readLog, tailPosition, type LogStream } from "../../client/logFollower.ts";
import { EXIT } from "../exitCodes.ts";
import { chooseTask, withHost } from "../hostClient.ts";
import { flag, type Verb } from "../verb.ts";

const TAIL_LINES_DEFAULT = 10;

export const logs: Verb = {
  operands: "ALLOC [TASK]",
  arity: [1, 2],
  description: "stdout holds the serial console, stderr what QEMU itself says.",
  flags: {
    f: { kind: "switch", help: "follow until the task ends" },
    stderr: { kind: "switch", help: "QEMU's own messages instead of the serial console" },
    stdout: { kind: "switch", help: "the serial console (what is shown when nothing is asked)" },
    tail: { kind: "switch", help: `only the last lines (${TAIL_LINES_DEFAULT}, or -n)` },
    n: { kind: "value", value: "N", help: "how many lines -tail shows" },
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu logs 3f2a", "nomad-qemu logs -f -tail -n 50 3f2a vm"],
  run: async (context) => {
    const { arguments: given, terminal, signal } = context;
    const count = given.value("n") ?? String(TAIL_LINES_DEFAULT);
    if (!/^\d+$/.test(count))
      throw new ProblemError({ code: "usage", what: `-n takes a number of lines, not "${count}"` });
    const lines = Number(count);
    const stream: LogStream = given.has("stderr") ? "stderr" : "stdout";
    const write = (data: Buffer): void => void terminal.stdout.write(data);

    return withHost(context, async (host) => {
      const allocation = await host.request("allocation/get", { id: given.operands[0] ?? "" });
      const task = chooseTask(allocation, given.operands[1]);
      const { allocDir, id } = allocation;
      const wantsTail = given.has("tail") || given.value("n") !== undefined;
      const from = wantsTail ? await tailPosition(allocDir, task.name, stream, { lines }) : { index: 0, offset: 0 };
      if (!given.has("f")) {
        await readLog(allocDir, task.name, stream, from, write);
        return EXIT.ok;
      }
      const ended = new AbortController();
      const end = (): void => ended.abort();
      signal.addEventListener("abort", end, { once: true });
      host.onClose(end);
      host.onNotification("allocation/changed", (changed) => {
        if (changed.id === id && changed.tasks.find(({ name }) => name === task.name)?.state === "dead") end();
      });
      // The task may have ended before anybody listened.
      const present = await host.request("allocation/get", { id });
      if (present.tasks.find(({ name }) => name === task.name)?.state === "dead") end();
      await followLog(allocDir, task.name, stream, from, write, ended.signal);
      return signal.aborted ? EXIT.interrupted : EXIT.ok;
    });
  },
};
