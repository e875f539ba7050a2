// Signals to a VM's process, and waiting for its end; never to another process that has got the same number.
import { livenessOf, type ProcessIdentity } from "../base/processIdentity.ts";
import type { Clock } from "../base/clock.ts";

/** Sends a signal to exactly this process; false when it is gone. */
export function signalProcess(qemu: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return livenessOf(qemu) === "alive" && send(qemu.pid, signal);
}

/**
 * Sends SIGKILL to the process and everything in its group (it leads one: it was started detached). Windows has no groups;
 * there the process alone is ended.
 */
export function killProcessGroup(qemu: ProcessIdentity): boolean {
  if (livenessOf(qemu) !== "alive") return false;
  return send(process.platform === "win32" ? qemu.pid : -qemu.pid, "SIGKILL");
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

const POLL_FIRST_MS = 5;
const POLL_MAX_MS = 1_000;

/**
 * Resolves when the process is gone. A system tells nobody but the parent, so this looks again and again, first after
 * 5 ms, then less and less often, at last once a second. `hint` (a closed socket) makes it look closely again.
 */
export async function untilGone(qemu: ProcessIdentity, clock: Clock, hint: Promise<void>): Promise<void> {
  const pace = { waitMs: POLL_FIRST_MS, hinted: false };
  const hinted = hint.then(() => {
    pace.hinted = true;
    pace.waitMs = POLL_FIRST_MS;
  });
  while (livenessOf(qemu) === "alive") {
    const slept = clock.sleep(pace.waitMs);
    await (pace.hinted ? slept : Promise.race([slept, hinted]));
    pace.waitMs = Math.min(pace.waitMs * 2, POLL_MAX_MS);
  }
}
