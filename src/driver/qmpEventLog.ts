// The log of a VM's events, which QEMU itself writes: after any client has once negotiated, every event lands there, and
// with it the reason of the exit, also when nobody of ours was alive to hear it (qemu.md 7).
import { open } from "node:fs/promises";
import { parseQmpLine, toQmpEvent, type QmpEvent } from "./qmp.ts";

/** The last events are at the end; this much holds hundreds of them. */
const TAIL_BYTES = 128 * 1024;

/** The events in the last part of the log, oldest first; none when there is no log. */
export async function readEventLog(file: string): Promise<QmpEvent[]> {
  let handle;
  try {
    handle = await open(file);
  } catch {
    return [];
  }
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.subarray(0, bytesRead).toString("utf8").split("\n");
    return lines.map((line) => toQmpEvent(parseQmpLine(line) ?? {})).filter((event) => event !== undefined);
  } finally {
    await handle.close();
  }
}

/**
 * Why the VM ended, in QEMU's word (ShutdownCause of its schema): guest-shutdown, guest-reset, guest-panic, host-signal,
 * host-qmp-quit, … Undefined when it ended without a word: a crash, SIGKILL, the OOM killer, or isa-debug-exit.
 */
export function shutdownReason(events: readonly QmpEvent[]): string | undefined {
  const last = events.findLast(({ name }) => name === "SHUTDOWN" || name === "RESUME");
  // A VM that was told to stay (-no-shutdown) may go on after a SHUTDOWN.
  const reason = last?.name === "SHUTDOWN" ? last.data["reason"] : undefined;
  return typeof reason === "string" ? reason : undefined;
}
