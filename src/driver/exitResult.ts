// How a VM ended: the exit code where we are the parent, QEMU's own log of events where we are not.
import os from "node:os";
import type { ProcessExit } from "../base/processRunner.ts";
import { readEventLog, shutdownReason } from "./qmpEventLog.ts";

/** Why a VM ended, as far as it can be known (qemu.md 7). */
export interface ExitResult {
  /** 128+signal when killed by a signal; -1 when nobody could see it. */
  readonly exitCode: number;
  readonly signal: number;
  /** QEMU's own shutdown reason, when QMP told: guest-shutdown, guest-reset, host-qmp-quit, host-signal, guest-panic, … */
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

/** The result of a child process of ours. Source of the codes: Nomad drivers/shared/executor (nomad.md 1.10). */
export async function exitOfChild(exit: ProcessExit, eventLog: string): Promise<ExitResult> {
  const signal = exit.signal === undefined ? 0 : os.constants.signals[exit.signal];
  const reason = shutdownReason(await readEventLog(eventLog));
  return { exitCode: exit.exitCode ?? 128 + signal, signal, reason, message: undefined };
}

/**
 * The result of a process that was not our child. QEMU leaves with 0 after every shutdown that it announces, so the log
 * stands for the code; without an announcement nobody can know.
 */
export async function exitOfStranger(eventLog: string): Promise<ExitResult> {
  const reason = shutdownReason(await readEventLog(eventLog));
  if (reason !== undefined) return { exitCode: 0, signal: 0, reason, message: undefined };
  return {
    exitCode: -1,
    signal: 0,
    reason: undefined,
    message: "the VM ended without announcing it while no process of ours was its parent: it crashed or was killed",
  };
}
