// What QEMU can do on this machine, as far as this window asked: probed when first needed, and again on "Refresh".
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { Logger } from "../base/logger.ts";
import { createEmitter, type Listen } from "./emitter.ts";

export interface Machine {
  /** The last answer; undefined before the first probe. */
  current(): Fingerprint | undefined;
  /** The last answer, or a probe when there is none yet. */
  known(): Promise<Fingerprint>;
  /** Looks again; runs QEMU. */
  probe(): Promise<Fingerprint>;
  readonly onDidChange: Listen<Fingerprint>;
}

export function createMachine(fingerprint: () => Promise<Fingerprint>, log: Logger): Machine {
  const changed = createEmitter<Fingerprint>();
  let last: Fingerprint | undefined;
  let running: Promise<Fingerprint> | undefined;
  const probe = async (): Promise<Fingerprint> => {
    running ??= fingerprint();
    try {
      const found = await running;
      const different = JSON.stringify(found) !== JSON.stringify(last);
      last = found;
      if (different) {
        log.info(`QEMU: ${found.detected ? (found.attributes["driver.qemu.version"] ?? "found") : "not found"}`);
        changed.fire(found);
      }
      return found;
    } finally {
      running = undefined;
    }
  };
  return { current: () => last, known: async () => last ?? probe(), probe, onDidChange: changed.event };
}
