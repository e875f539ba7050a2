// `console`: the keyboard and screen of a task's serial line.
import type { Readable } from "node:stream";
import type { TaskStatus } from "../../client/status.ts";
import { EXIT } from "../exitCodes.ts";
import { escapeFilter } from "../escape.ts";
import { chooseTask, untilAllocation, withHost } from "../hostClient.ts";
import { flag, type Verb, type VerbContext } from "../verb.ts";
import type { HostConnection } from "../../host/connect.ts";

/** What of the earlier output is shown on attaching. */
const HISTORY_BYTES = 16 * 1024;

export const consoleVerb: Verb = {
  operands: "ALLOC [TASK]",
  arity: [1, 2],
  description:
    "Leave with ~. at the beginning of a line; the VM goes on. Every other key goes to the guest, Ctrl-C too.",
  flags: { "data-dir": flag.dataDir },
  examples: ["nomad-qemu console 3f2a", "nomad-qemu console 3f2a vm"],
  run: (context) =>
    withHost(context, async (host) => {
      const { arguments: given } = context;
      const allocation = await host.request("allocation/get", { id: given.operands[0] ?? "" });
      const task = chooseTask(allocation, given.operands[1]);
      if (task.state === "pending") {
        context.terminal.note("Waiting for the task to start.");
        const isPending = (now: TaskStatus): boolean => now.name === task.name && now.state === "pending";
        await untilAllocation(context, host, allocation.id, ({ tasks }) => !tasks.some(isPending));
      }
      return attachConsole(context, host, allocation.id, task.name);
    }),
};

/** Connects this terminal with a task's console until the user leaves (0), the console closes (0) or a signal comes (130). */
export async function attachConsole(
  { terminal, signal }: VerbContext,
  host: HostConnection,
  id: string,
  task: string,
): Promise<number> {
  let consoleId = "";
  const early: { consoleId: string; data: string }[] = [];
  const show = (data: string): void => void terminal.stdout.write(Buffer.from(data, "base64"));
  const listener = host.onNotification("console/data", (message) => {
    if (consoleId === "") early.push(message);
    else if (message.consoleId === consoleId) show(message.data);
  });
  const closed = new Promise<string>((resolve) => {
    host.onNotification("console/closed", (message) => {
      if (message.consoleId === consoleId) resolve(message.reason);
    });
    host.onClose(() => resolve("the host has ended; the VM goes on"));
  });

  const attached = await host.request("console/attach", { id, task, historyBytes: HISTORY_BYTES });
  consoleId = attached.consoleId;
  terminal.note(`Attached to ${task}. Leave with ~. at the beginning of a line.`);
  show(attached.history);
  for (const message of early) if (message.consoleId === consoleId) show(message.data);

  const keyboard = terminal.stdin as NodeJS.ReadStream;
  if (terminal.inIsTerminal) keyboard.setRawMode(true);
  try {
    const typed = forwardKeyboard(keyboard, terminal.inIsTerminal ? "terminal" : "pipe", (data) =>
      host.request("console/write", { consoleId: attached.consoleId, data: data.toString("base64") }),
    );
    const interrupted = new Promise<"interrupted">((resolve) => {
      signal.addEventListener("abort", () => resolve("interrupted"), { once: true });
    });
    const outcome = await Promise.race([typed, closed, interrupted]);
    if (outcome === "interrupted") return EXIT.interrupted;
    terminal.note(outcome === "left" ? "\nDetached; the VM goes on." : `\nThe console has closed: ${outcome}.`);
    if (outcome === "left") await host.request("console/detach", { consoleId: attached.consoleId });
    return EXIT.ok;
  } finally {
    listener.dispose();
    if (terminal.inIsTerminal) keyboard.setRawMode(false);
    keyboard.pause();
  }
}

/** Sends what is typed to `write`, in order. Resolves to "left" on the escape; never at the end of a pipe. */
function forwardKeyboard(
  keyboard: Readable,
  kind: "terminal" | "pipe",
  write: (data: Buffer) => Promise<unknown>,
): Promise<"left"> {
  const filter = escapeFilter();
  return new Promise((resolve, reject) => {
    let sent: Promise<unknown> = Promise.resolve();
    keyboard.on("data", (data: Buffer | string) => {
      const bytes = typeof data === "string" ? Buffer.from(data) : data;
      const { forward, leave } = kind === "terminal" ? filter.feed(bytes) : { forward: bytes, leave: false };
      if (forward.length > 0) sent = sent.then(() => write(forward)).catch(reject);
      if (leave) void sent.then(() => resolve("left"));
    });
    keyboard.resume();
  });
}
