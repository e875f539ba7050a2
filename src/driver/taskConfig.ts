// The task's `config { … }`, decoded.

/** Nomad: drivers/qemu/driver.go, taskConfigSpec (nomad.md 1.1). Defaults are applied by the driver, not here. */
export interface TaskConfig {
  readonly imagePath: string;
  readonly emulator: string;
  readonly machineType: string;
  readonly driveInterface: string;
  readonly accelerator: string;
  readonly gracefulShutdown: boolean;
  readonly guestAgent: boolean;
  readonly args: readonly string[];
  /** Port label → guest port; later blocks win. */
  readonly portMap: Readonly<Record<string, number>>;
}
