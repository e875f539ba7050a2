// What QEMU can do on this machine.

export interface Fingerprint {
  /** Node attributes exactly as Nomad names them: driver.qemu ("1"), driver.qemu.version, driver.qemu.emulators. Empty when undetected. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly detected: boolean;
  readonly healthy: boolean;
  /** Nomad's text: "Healthy", "", "Failed to execute qemu binary: …", "Failed to parse qemu version from …". */
  readonly healthDescription: string;
  /** Architecture → absolute, symlink-resolved path of `qemu-system-<arch>`. */
  readonly emulatorPaths: Readonly<Record<string, string>>;
}

/** Not part of Nomad's fingerprint: what the product measures for itself. */
export interface Accelerator {
  readonly name: string;
  readonly compiled: boolean;
  readonly usable: boolean;
  /** Why not, with QEMU's words or the measured time; empty when usable. */
  readonly reason: string;
}
