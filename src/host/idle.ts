// Ends the host when nobody needs it: no client is at work, no VM runs, for a while.

export const IDLE_EXIT_DEFAULT_MS = 60_000;

export interface IdleTimer {
  /** Tells that something changed; the timer runs while `isIdle()` says yes. */
  update(): void;
  /** Somebody asked for something: the time begins anew. */
  restart(): void;
  dispose(): void;
}

/** Calls `onIdle` once when `isIdle()` has been true for `afterMs` without a break. */
export function watchIdle(isIdle: () => boolean, afterMs: number, onIdle: () => void): IdleTimer {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const update = (): void => {
    if (!isIdle()) stop();
    else timer ??= setTimeout(onIdle, afterMs);
  };
  return {
    update,
    restart: () => {
      stop();
      update();
    },
    dispose: stop,
  };
}
