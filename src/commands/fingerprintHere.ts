// What the machine says of QEMU.
import { fingerprint, type Fingerprint } from "../driver/fingerprint.ts";
import { UNRESTRICTED } from "../driver/pluginConfig.ts";

/** What QEMU can do here; the allowlist of emulators plays no part in it. */
export function fingerprintHere(): Promise<Fingerprint> {
  return fingerprint({ pluginConfig: UNRESTRICTED, environment: process.env });
}
