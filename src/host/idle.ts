// Ends the host when nobody needs it: no client is connected, no VM runs, for a while.

export const IDLE_EXIT_DEFAULT_MS = 60_000;

export interface IdleTimer {
  /** Tells that something changed; the timer runs while `isIdle()` says yes. */
  update(): void;
  dispose(): void;
}

/** Calls `onIdle` once when `isIdle()` has been true for `afterMs` without a break. */
export function watchIdle(isIdle: () => boolean, afterMs: number, onIdle: () => void): IdleTimer {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    update: () => {
      if (!isIdle()) stop();
      else timer ??= setTimeout(onIdle, afterMs);
    },
    dispose: stop,
  };
}
