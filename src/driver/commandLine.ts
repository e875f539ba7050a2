// The command line of QEMU, equal to Nomad's argument for argument. Pure: it can be shown before anything runs.
import path from "node:path";
import type { TaskConfig } from "./taskConfig.ts";

export interface CommandLineInput {
  readonly taskConfig: TaskConfig;
  /** Absolute path of the emulator with links resolved: `Fingerprint.emulatorPaths[architecture]`. */
  readonly emulatorPath: string;
  /** Absolute; QEMU's working directory, and where Nomad puts its two sockets. */
  readonly taskDir: string;
  /** MB: `memory` plus `secrets`. */
  readonly memoryMB: number;
  /** How many cores the scheduler reserved; 0 unless the task asks for `cores`. */
  readonly reservedCores: number;
  /** The task's own (deprecated) network; a group's network is never looked at. Undefined when there is none. */
  readonly taskNetwork: TaskNetwork | undefined;
  /** The group network's `dns`, interpolated. */
  readonly dns: Dns | undefined;
}

export interface TaskNetwork {
  /** Port label → host port. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface Dns {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
}

/** Names of the sockets that Nomad puts into the task's directory. */
export const MONITOR_SOCKET_NAME = "qm.sock";
export const GUEST_AGENT_SOCKET_NAME = "qa.sock";

/** Nomad: drivers/qemu/driver.go, the defaults of StartTask. */
const MACHINE_TYPE_DEFAULT = "pc";
const ACCELERATOR_DEFAULT = "tcg";
const DRIVE_INTERFACE_DEFAULT = "ide";
/** Only this exact word adds KVM's own options. */
export const ACCELERATOR_KVM = "kvm";

/**
 * What Nomad's client would run, program first. `image_path` is passed as written, commas and all, and the options of
 * the local runner are not in it (localSuffix.ts). Port labels are sorted, where Nomad's order is that of a Go map.
 * Only meaningful for a task that the policy accepts. Source: Nomad 2.0 drivers/qemu, StartTask (nomad.md 1.5).
 */
export function commandLine(input: CommandLineInput): string[] {
  const { taskConfig } = input;
  const machine = taskConfig.machineType || MACHINE_TYPE_DEFAULT;
  const accelerator = taskConfig.accelerator || ACCELERATOR_DEFAULT;
  const driveInterface = taskConfig.driveInterface || DRIVE_INTERFACE_DEFAULT;
  const args = [
    input.emulatorPath,
    ...["-machine", `type=${machine},accel=${accelerator}`],
    ...["-name", goBaseName(taskConfig.imagePath)],
    ...["-m", `${input.memoryMB}M`],
    ...["-drive", `file=${taskConfig.imagePath},if=${driveInterface},id=image0`],
    "-nographic",
  ];
  if (taskConfig.gracefulShutdown)
    args.push("-monitor", `unix:${path.join(input.taskDir, MONITOR_SOCKET_NAME)},server=on,wait=off`);
  if (taskConfig.guestAgent) {
    const socket = path.join(input.taskDir, GUEST_AGENT_SOCKET_NAME);
    args.push("-chardev", `socket,path=${socket},server=on,wait=off,id=qga0`, "-device", "virtio-serial");
    args.push("-device", "virtserialport,chardev=qga0,name=org.qemu.guest_agent.0");
  }
  args.push(...taskConfig.args, ...networkArgs(input));
  if (accelerator === ACCELERATOR_KVM) {
    args.push("-enable-kvm");
    if (input.reservedCores > 0 && !taskConfig.args.includes("-smp")) args.push("-smp", String(input.reservedCores));
  }
  return args;
}

/** User-mode networking: only for a task-level network, and only when there is anything to say. */
function networkArgs({ taskConfig, taskNetwork, dns }: CommandLineInput): string[] {
  if (taskNetwork === undefined) return [];
  const options: string[] = [];
  const server = dns?.servers[0];
  if (server !== undefined) options.push(`dns=${server}`);
  for (const search of dns?.searches ?? []) options.push(`dnssearch=${search}`);
  for (const label of Object.keys(taskConfig.portMap).sort()) {
    const hostPort = Object.hasOwn(taskNetwork.ports, label) ? taskNetwork.ports[label] : undefined;
    // An unknown label is refused by the policy; here there is nothing to forward from.
    if (hostPort === undefined) continue;
    const rule = `${hostPort}-:${taskConfig.portMap[label] ?? 0}`;
    options.push(`hostfwd=udp::${rule}`, `hostfwd=tcp::${rule}`);
  }
  if (options.length === 0) return [];
  return ["-netdev", `user,id=user.0,${options.join(",")}`, "-device", "virtio-net,netdev=user.0"];
}

/** The last element of a path as Go's filepath.Base gives it: `.` for nothing, the separator for the root. */
function goBaseName(file: string): string {
  if (file === "") return ".";
  return path.basename(file) || path.sep;
}
