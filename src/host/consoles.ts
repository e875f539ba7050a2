// Attached consoles: any number of clients look at and type into one serial line, whose one owner is the host.
import { ProblemError, type Problem } from "../base/result.ts";
import type { TaskConsole } from "../client/taskConsole.ts";
import type { TaskRunner } from "../client/taskRunner.ts";
import { leftOut } from "./consoleMark.ts";
import type { ConsoleAttachment } from "./protocol.ts";
import type { Client } from "./server.ts";

/** What a slow client may have waiting before output is left out for it. */
const BACKLOG_MAX_BYTES = 1024 * 1024;
/** What it gets instead when it reads again. */
const CATCH_UP_BYTES = 64 * 1024;
const CATCH_UP_LOOK_MS = 100;

/** What is asked of a task. */
export type ConsoleTask = Pick<TaskRunner, "name" | "console" | "handle">;

interface Attachment {
  readonly client: Client;
  readonly console: TaskConsole;
  readonly detach: () => void;
}

export interface Consoles {
  attach(task: ConsoleTask, historyBytes: number, client: Client): ConsoleAttachment;
  /** @throws ProblemError */
  write(consoleId: string, data: Buffer, client: Client): Promise<void>;
  detach(consoleId: string, client: Client): void;
  /** A client has gone. */
  detachAll(client: Client): void;
}

export function createConsoles(): Consoles {
  const attachments = new Map<string, Attachment>();
  let nextId = 1;
  const owned = (consoleId: string, client: Client): Attachment | undefined => {
    const attachment = attachments.get(consoleId);
    return attachment?.client === client ? attachment : undefined;
  };
  const remove = (consoleId: string): void => {
    attachments.get(consoleId)?.detach();
    attachments.delete(consoleId);
  };
  return {
    attach: (task, historyBytes, client) => {
      const { console } = task;
      if (console === undefined) throw new ProblemError(noConsole(task));
      const consoleId = `console-${nextId++}`;
      // Nothing can be printed between these two lines: history ends where the output begins.
      const history = console.history(Math.max(0, historyBytes)).toString("base64");
      const position = console.position();
      const startedAt = task.handle?.state.startedAt ?? 0;
      const stop = forward(console, consoleId, client);
      const forget = console.onClosed(() => {
        remove(consoleId);
        client.notify("console/closed", { consoleId, reason: "The VM has ended" });
      });
      const detach = (): void => {
        stop();
        forget();
      };
      attachments.set(consoleId, { client, console, detach });
      return { consoleId, history, position, startedAt };
    },
    write: async (consoleId, data, client) => {
      const attachment = owned(consoleId, client);
      if (attachment === undefined)
        throw new ProblemError({ code: "console-closed", what: "This console is not attached any more" });
      const written = await attachment.console.write(data);
      if (!written.ok) throw new ProblemError(written.error);
    },
    detach: (consoleId, client) => {
      if (owned(consoleId, client) !== undefined) remove(consoleId);
    },
    detachAll: (client) => {
      for (const [consoleId, attachment] of attachments) if (attachment.client === client) remove(consoleId);
    },
  };
}

/** Sends output to a client. One that does not keep up misses the middle and is told so; nobody else waits for it. */
function forward(console: TaskConsole, consoleId: string, client: Client): () => void {
  let skipped = 0;
  let timer: NodeJS.Timeout | undefined;
  const send = (data: Buffer): void =>
    client.notify("console/data", { consoleId, data: data.toString("base64"), position: console.position() });
  const catchUp = (): void => {
    if (client.backlog() > BACKLOG_MAX_BYTES / 2) return;
    clearInterval(timer);
    timer = undefined;
    const tail = console.history(Math.min(skipped, CATCH_UP_BYTES));
    if (skipped > tail.length) send(leftOut(skipped - tail.length));
    send(tail);
    skipped = 0;
  };
  const stop = console.onOutput((data) => {
    if (timer === undefined && client.backlog() <= BACKLOG_MAX_BYTES) {
      send(data);
      return;
    }
    skipped += data.length;
    timer ??= setInterval(catchUp, CATCH_UP_LOOK_MS);
  });
  return () => {
    clearInterval(timer);
    stop();
  };
}

function noConsole(task: ConsoleTask): Problem {
  return task.handle === undefined
    ? {
        code: "task-not-running",
        what: `Task ${JSON.stringify(task.name)} is not running`,
        next: "Its output is in the log: nomad-qemu logs.",
      }
    : {
        code: "no-console",
        what: `Task ${JSON.stringify(task.name)} has no serial console that can be attached`,
        why: "The task's own arguments decide about its serial ports (-serial, -nodefaults, stdio).",
        next: "Leave these options out of args, or use what they provide.",
      };
}
