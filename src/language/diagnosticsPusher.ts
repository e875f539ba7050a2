// Publishes diagnostics a moment after the last keystroke; what has been overtaken by a newer version is never sent.

export interface PusherOptions {
  /** ms to wait after a change. */
  readonly delayMs: () => number;
  /** Makes and sends the diagnostics of a document as it is now. */
  readonly push: (uri: string) => void;
  /** Withdraws the diagnostics of a document that was closed. */
  readonly clear: (uri: string) => void;
}

export interface DiagnosticsPusher {
  changed(uri: string): void;
  /** At once, without waiting: the document was opened, or the rules have changed. */
  now(uri: string): void;
  closed(uri: string): void;
  dispose(): void;
}

export function createDiagnosticsPusher({ delayMs, push, clear }: PusherOptions): DiagnosticsPusher {
  const timers = new Map<string, NodeJS.Timeout>();
  const cancel = (uri: string): void => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
  };
  const now = (uri: string): void => {
    cancel(uri);
    push(uri);
  };
  return {
    changed: (uri) => {
      cancel(uri);
      timers.set(
        uri,
        setTimeout(() => now(uri), delayMs()),
      );
    },
    now,
    closed: (uri) => {
      cancel(uri);
      clear(uri);
    },
    dispose: () => {
      for (const uri of timers.keys()) cancel(uri);
    },
  };
}
