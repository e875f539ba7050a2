// Ctrl-C and SIGTERM as signals that a verb can wait for.
import { getEventListeners } from "node:events";
import { EXIT } from "./exitCodes.ts";

export interface Interrupts {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
  readonly dispose: () => void;
}

/**
 * The first and the second SIGINT or SIGTERM as signals. A second one that nobody listens for ends the process.
 * The handler stays in place all the time: between two handlers a Ctrl-C would end us half-way.
 */
export function catchInterrupts(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => {
    if (!first.signal.aborted) first.abort(new Error("interrupted"));
    else if (getEventListeners(second.signal, "abort").length === 0) process.exit(EXIT.interrupted);
    else second.abort(new Error("interrupted twice"));
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    first: first.signal,
    second: second.signal,
    dispose: () => {
      for (const name of names) process.removeListener(name, onSignal);
    },
  };
}
