// One attachment to a serial console: what the guest printed before, what it prints, what is typed, and how it ends.
// Several windows can be attached to the same console; each has its own.
import type { Notifications } from "../host/protocol.ts";
import type { HostConnection } from "../host/connect.ts";
import { unseenOutput, type ConsoleMark } from "../host/consoleMark.ts";
import { DisposableStore } from "./disposables.ts";

export interface ConsoleTarget {
  /** Allocation id. */
  readonly id: string;
  readonly task: string;
}

export interface ConsoleEvents {
  readonly onData: (bytes: Uint8Array) => void;
  /** The guest's side is gone; `reason` is for people. */
  readonly onClosed: (reason: string) => void;
  /** The host hung up; the VM lives on, and one may attach again behind what was seen. */
  readonly onLost: (seen: ConsoleMark) => void;
}

export interface SerialConsole {
  /** Sends what was typed, in order; keys typed while one is under way go together. */
  type(text: string): void;
  detach(): void;
}

const HISTORY_BYTES = 64 * 1024;
/** All that a host keeps: a guest may have printed much while there was none. */
const MISSED_BYTES = 1024 * 1024;

/**
 * Attaches to the console of a task, and brings what was printed last, or since the mark of an attachment that was lost.
 * Throws a ProblemError.
 */
export async function attachConsole(
  connection: HostConnection,
  target: ConsoleTarget,
  seen: ConsoleMark | undefined,
  events: ConsoleEvents,
): Promise<SerialConsole> {
  const held = new DisposableStore();
  // What arrives before the answer that names our console is kept: it may be ours.
  let consoleId: string | undefined;
  let mark: ConsoleMark = { startedAt: 0, position: 0 };
  const early: (() => void)[] = [];
  const forUs = <T extends { readonly consoleId: string }>(handle: (params: T) => void) => {
    return (params: T): void => {
      if (consoleId === undefined) early.push(() => params.consoleId === consoleId && handle(params));
      else if (params.consoleId === consoleId) handle(params);
    };
  };
  held.add(
    connection.onNotification(
      "console/data",
      forUs<Notifications["console/data"]>(({ data, position }) => {
        mark = { ...mark, position };
        events.onData(Buffer.from(data, "base64"));
      }),
    ),
  );
  held.add(
    connection.onNotification(
      "console/closed",
      forUs<Notifications["console/closed"]>(({ reason }) => {
        held.dispose();
        events.onClosed(reason);
      }),
    ),
  );
  try {
    const historyBytes = seen === undefined ? HISTORY_BYTES : MISSED_BYTES;
    const attached = await connection.request("console/attach", { id: target.id, task: target.task, historyBytes });
    const output = unseenOutput(attached, seen);
    if (output.length > 0) events.onData(output);
    mark = { startedAt: attached.startedAt, position: attached.position };
    consoleId = attached.consoleId;
  } catch (error) {
    held.dispose();
    throw error;
  }
  held.add(
    connection.onClose(() => {
      held.dispose();
      events.onLost(mark);
    }),
  );
  for (const handle of early.splice(0)) handle();

  const id = consoleId;
  let typed = "";
  let sending = false;
  const send = async (): Promise<void> => {
    sending = true;
    while (typed !== "") {
      const data = Buffer.from(typed, "utf8").toString("base64");
      typed = "";
      await connection.request("console/write", { consoleId: id, data });
    }
    sending = false;
  };
  return {
    type: (text) => {
      typed += text;
      // A write that fails means that the console or the host is gone, and both are told by an event of their own.
      if (!sending) send().catch(() => (sending = false));
    },
    detach: () => {
      held.dispose();
      connection.request("console/detach", { consoleId: id }).catch(() => undefined);
    },
  };
}
