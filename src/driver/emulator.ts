// Which program a task's `emulator` names.
import type { TaskConfig } from "./taskConfig.ts";

const EMULATOR_PREFIX = "qemu-system-";
/** Nomad: drivers/qemu/driver.go; applied after the check against emulators_allowlist. */
const EMULATOR_DEFAULT = "x86_64";

/** The architecture of a task's emulator: `qemu-system-x86_64` and `x86_64` are the same, nothing means x86_64. */
export function emulatorArchitecture(taskConfig: Pick<TaskConfig, "emulator">): string {
  const name = taskConfig.emulator === "" ? EMULATOR_DEFAULT : taskConfig.emulator;
  return name.startsWith(EMULATOR_PREFIX) ? name.slice(EMULATOR_PREFIX.length) : name;
}

/** The program of an architecture: `qemu-system-x86_64`. */
export function emulatorProgram(architecture: string): string {
  return EMULATOR_PREFIX + architecture;
}

/** The architecture in a program's file name, or undefined when it is no QEMU system emulator. */
export function architectureOf(fileName: string): string | undefined {
  return fileName.startsWith(EMULATOR_PREFIX) ? fileName.slice(EMULATOR_PREFIX.length) : undefined;
}
