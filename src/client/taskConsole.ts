// The one owner of a VM's serial console: QEMU serves a single client there, so everybody else goes through this.
import net from "node:net";
import { fail, ok, type Problem, type Result } from "../base/result.ts";

/** What was printed comes from the run's log spool, so that history and what follows meet without a gap; the socket is
 * only written to (and read empty, because QEMU waits for a client that does not read). */
export interface TaskConsole {
  /** Up to `bytes` of what was printed before; everything later comes to listeners. */
  history(bytes: number): Buffer;
  /** Bytes printed since the run's start, up to the end of `history` and, during a call of a listener, of its data. */
  position(): number;
  /** Calls back with what is printed until the returned function is called. The buffer is only valid during the call. */
  onOutput(listener: (data: Buffer) => void): () => void;
  /** Types into the guest. Problem: `console-unreachable`. */
  write(data: Buffer): Promise<Result<void>>;
  /** Calls back once when the run has ended, unless the returned function was called before. */
  onClosed(listener: () => void): () => void;
}

export interface OwnedConsole extends TaskConsole {
  /** The run's logs say that something was printed. */
  emit(data: Buffer): void;
  close(): void;
}

export interface TaskConsoleOptions {
  readonly socket: string;
  readonly history: (bytes: number) => Buffer;
  readonly position: () => number;
  /** QEMU has printed something: its socket told before the file system did. */
  readonly nudge: () => void;
}

/** A guest that takes nothing for so long has a full input buffer and does not read its serial port. */
const WRITE_TIMEOUT_MS = 5_000;

export function openTaskConsole(options: TaskConsoleOptions): OwnedConsole {
  const outputListeners = new Set<(data: Buffer) => void>();
  const closeListeners = new Set<() => void>();
  let connecting: Promise<Result<net.Socket>> | undefined;
  let closed = false;

  const connect = (): Promise<Result<net.Socket>> => {
    connecting ??= open(options.socket).then((opened) => {
      if (!opened.ok) {
        connecting = undefined;
        return opened;
      }
      opened.value.on("data", options.nudge);
      opened.value.on("close", () => {
        connecting = undefined;
      });
      if (closed) opened.value.destroy();
      return opened;
    });
    return connecting;
  };
  const disconnect = (): void => {
    void connecting?.then((opened) => {
      if (opened.ok) opened.value.destroy();
    });
  };
  return {
    history: options.history,
    position: options.position,
    onOutput: (listener) => {
      outputListeners.add(listener);
      return () => {
        outputListeners.delete(listener);
      };
    },
    onClosed: (listener) => {
      closeListeners.add(listener);
      return () => {
        closeListeners.delete(listener);
      };
    },
    write: async (data) => {
      if (closed) return fail(ended(options.socket));
      const opened = await connect();
      return opened.ok ? send(opened.value, data) : opened;
    },
    emit: (data) => {
      for (const listener of outputListeners) listener(data);
    },
    close: () => {
      if (closed) return;
      closed = true;
      disconnect();
      for (const listener of closeListeners) listener();
      outputListeners.clear();
      closeListeners.clear();
    },
  };
}

function open(socketPath: string): Promise<Result<net.Socket>> {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      // A reset closes too.
      socket.on("error", () => undefined);
      resolve(ok(socket));
    });
    socket.once("error", (error) =>
      resolve(
        fail({
          code: "console-unreachable",
          what: "The VM's serial console does not answer",
          where: socketPath,
          why: error.message,
          next: "The VM goes on and its output is in the log; its sockets may have been deleted.",
          cause: error,
        }),
      ),
    );
  });
}

function send(socket: net.Socket, data: Buffer): Promise<Result<void>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(fail(deaf(socket))), WRITE_TIMEOUT_MS);
    socket.write(data, (error) => {
      clearTimeout(timer);
      resolve(error === undefined || error === null ? ok(undefined) : fail(ended(String(error))));
    });
  });
}

function deaf(socket: net.Socket): Problem {
  return {
    code: "console-not-read",
    what: "The guest does not read its serial console",
    why: `${socket.writableLength} bytes wait to be taken.`,
    next: "It gets them when it reads again.",
  };
}

function ended(where: string): Problem {
  return { code: "console-closed", what: "The VM has ended", where };
}
