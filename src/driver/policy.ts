// What the driver refuses before it starts anything. One list of rules: the linter asks for every violation, startTask for
// the first, and the order is Nomad's, so that the first is the one Nomad would report.
import path from "node:path";
import { goQuote } from "../base/goQuote.ts";
import { ACCELERATOR_KVM, GUEST_AGENT_SOCKET_NAME, MONITOR_SOCKET_NAME } from "./commandLine.ts";
import { emulatorArchitecture, emulatorProgram } from "./emulator.ts";
import { VERSION_TIMEOUT_MS, type Fingerprint } from "./fingerprint.ts";
import { isAllowedImagePath } from "./imagePath.ts";
import type { PluginConfig } from "./pluginConfig.ts";
import type { Refusal, TaskPath } from "./refusal.ts";
import type { TaskConfig } from "./taskConfig.ts";

/** Everything the rules look at. What is undefined is not known yet, and the rules that need it stay silent. */
export interface TaskToCheck {
  readonly taskConfig: TaskConfig;
  readonly pluginConfig: PluginConfig;
  /** The task's `user` as written; empty when the job names none. */
  readonly user: string;
  /** MB: `memory` plus `secrets`. */
  readonly memoryMB: number | undefined;
  /** Labels of the task's own (deprecated) network; `none` when it has no such network. */
  readonly taskNetworkLabels: readonly string[] | "none" | undefined;
  /** Absolute. */
  readonly allocDir: string | undefined;
  /** Absolute. */
  readonly taskDir: string | undefined;
  /** Where the emulators of the machine are; undefined = judge without a machine. */
  readonly emulatorPaths: Fingerprint["emulatorPaths"] | undefined;
  /** Architectures whose emulator hangs (`Fingerprint.silent`). */
  readonly silentEmulators?: Fingerprint["silent"] | undefined;
  readonly platform: NodeJS.Platform;
  /** Values that are not known yet (readTaskConfig's `unknown`): nothing is said about them. */
  readonly unknown?: readonly TaskPath[];
}

/** Nomad: client/config, the default of `user.denylist` (`user.checked_drivers` has qemu in it). */
const USERS_DENIED: readonly string[] = ["root", "Administrator"];
/** Nomad: drivers/qemu/driver.go, inclusive. */
export const MEMORY_MIN_MB = 128;
export const MEMORY_MAX_MB = 4_000_000;
/** Nomad: drivers/qemu/driver.go, exact case. */
export const DRIVE_INTERFACES: readonly string[] = ["ide", "scsi", "sd", "mtd", "floppy", "pflash", "virtio", "none"];
/** Nomad: drivers/qemu, maxSocketPathLen; the systems that are not listed are not checked. */
const SOCKET_PATH_MAX_BYTES: Partial<Record<NodeJS.Platform, number>> = {
  linux: 108,
  darwin: 104,
  freebsd: 104,
  netbsd: 104,
  openbsd: 104,
};

type Rule = (task: TaskToCheck) => Iterable<Refusal>;

/** In the order in which Nomad checks (nomad.md 1.7); decoding the config comes before all but the first. */
const RULES: readonly Rule[] = [
  userIsAllowed,
  emulatorIsAllowed,
  argsAreAllowed,
  imagePathIsSet,
  imagePathIsAllowed,
  memoryIsInBounds,
  emulatorIsFound,
  emulatorAnswers,
  driveInterfaceIsKnown,
  monitorIsPossible,
  guestAgentIsPossible,
  portLabelsAreKnown,
  kvmIsPossible,
];

/** Every violation, in Nomad's order. Empty = the driver starts the task. */
export function taskViolations(task: TaskToCheck): Refusal[] {
  const unknown = task.unknown ?? [];
  return RULES.flatMap((rule) => [...rule(task)]).filter(
    (refusal) => !unknown.some((known) => isRelated(known, refusal.path)),
  );
}

/** What Nomad would say: its first violation, or undefined when the task may start. */
export function firstViolation(task: TaskToCheck): Refusal | undefined {
  return taskViolations(task)[0];
}

/** One path contains the other. */
function isRelated(a: TaskPath, b: TaskPath): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((part, index) => part === b[index]);
}

function refused(code: string, path: TaskPath, message: string, detail: string): Refusal {
  return { code, severity: "error", message, detail, path, event: "Driver Failure" };
}

function* userIsAllowed({ user }: TaskToCheck): Iterable<Refusal> {
  const refusal = userRefusal(user);
  if (refusal !== undefined) yield refusal;
}

/** Why no task runs as this user; undefined when it may. */
export function userRefusal(user: string): Refusal | undefined {
  if (!USERS_DENIED.includes(user)) return undefined;
  return {
    code: "qemu/user-not-allowed",
    severity: "error",
    message: `validate: running as user ${goQuote(user)} is disallowed`,
    detail:
      "Nomad's clients do not run QEMU as an administrator unless their user.denylist says so. Name another user, or none.",
    path: ["User"],
    event: "Task hook failed",
  };
}

function* emulatorIsAllowed({ taskConfig, pluginConfig }: TaskToCheck): Iterable<Refusal> {
  const allowed = pluginConfig.emulatorsAllowlist;
  if (allowed.length === 0 || allowed.includes(taskConfig.emulator)) return;
  const listed = allowed.map((name) => JSON.stringify(name)).join(", ");
  yield refused(
    "qemu/emulator-not-allowed",
    ["Config", "emulator"],
    `'${taskConfig.emulator}' is not an allowed emulator`,
    taskConfig.emulator === ""
      ? `The operator allows ${listed}, and Nomad compares before it fills in its default x86_64. Write emulator = … out.`
      : `The operator allows ${listed}; the text must be the same, so qemu-system-x86_64 and x86_64 are two different entries.`,
  );
}

/** Nomad trims with Go's idea of white space: NEL counts, the byte order mark does not. */
const LEADING_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function* argsAreAllowed({ taskConfig, pluginConfig }: TaskToCheck): Iterable<Refusal> {
  const allowed = pluginConfig.argsAllowlist;
  if (allowed.length === 0) return;
  for (const [index, arg] of taskConfig.args.entries()) {
    if (!arg.replace(LEADING_SPACE, "").startsWith("-") || allowed.includes(arg)) continue;
    yield refused(
      "qemu/args-not-allowed",
      ["Config", "args", index],
      `${goQuote(arg)} is not in args_allowlist`,
      "The operator lists the options that a job may use; each element that starts with a dash must be in the list, letter by letter.",
    );
  }
}

function* imagePathIsSet({ taskConfig }: TaskToCheck): Iterable<Refusal> {
  if (taskConfig.imagePath !== "") return;
  yield refused(
    "qemu/image-path-missing",
    ["Config", "image_path"],
    "image_path must be set",
    'Name the disk image: a path below the task\'s directory such as "local/disk.img", or one that the operator allows.',
  );
}

function* imagePathIsAllowed({ taskConfig, pluginConfig, allocDir }: TaskToCheck): Iterable<Refusal> {
  if (taskConfig.imagePath === "" || allocDir === undefined) return;
  if (isAllowedImagePath(taskConfig.imagePath, allocDir, pluginConfig.imagePaths)) return;
  const roots = pluginConfig.imagePaths.map((root) => JSON.stringify(root)).join(", ");
  yield refused(
    "qemu/image-path-not-allowed",
    ["Config", "image_path"],
    "image_path is not in the allowed paths",
    `The image must lie in the allocation's directory${roots === "" ? "" : ` or in ${roots}`}. A relative path counts from there; an operator adds folders with image_paths.`,
  );
}

function* memoryIsInBounds({ memoryMB }: TaskToCheck): Iterable<Refusal> {
  if (memoryMB === undefined || (memoryMB >= MEMORY_MIN_MB && memoryMB <= MEMORY_MAX_MB)) return;
  yield refused(
    "qemu/memory-out-of-bounds",
    ["Resources", "MemoryMB"],
    "QEMU memory assignment out of bounds",
    `The driver gives a VM ${MEMORY_MIN_MB} to ${MEMORY_MAX_MB} MB (memory plus secrets), this task has ${memoryMB}.`,
  );
}

function* emulatorIsFound({ taskConfig, emulatorPaths, platform }: TaskToCheck): Iterable<Refusal> {
  if (emulatorPaths === undefined) return;
  const architecture = emulatorArchitecture(taskConfig);
  if (Object.hasOwn(emulatorPaths, architecture)) return;
  const program = emulatorProgram(architecture);
  // A name with a slash is no name to look up in PATH, but a path (Go: exec.LookPath).
  const reason = program.includes("/")
    ? `stat ${program}: no such file or directory`
    : `executable file not found in ${platform === "win32" ? "%PATH%" : "$PATH"}`;
  const found = Object.keys(emulatorPaths).sort().join(", ");
  yield refused(
    "qemu/emulator-not-found",
    ["Config", "emulator"],
    `failed to resolve path to ${goQuote(program)} executable: exec: ${goQuote(program)}: ${reason}`,
    found === ""
      ? "No QEMU system emulator is in PATH. Install one (Debian: qemu-system-x86), or set PATH."
      : `The emulators of this machine are: ${found}.`,
  );
}

/** Ours, not Nomad's, whose client waits for ever and never offers the driver. */
function* emulatorAnswers({ taskConfig, emulatorPaths, silentEmulators = [] }: TaskToCheck): Iterable<Refusal> {
  const architecture = emulatorArchitecture(taskConfig);
  const file = emulatorPaths?.[architecture];
  if (file === undefined || !silentEmulators.includes(architecture)) return;
  yield refused(
    "qemu/emulator-silent",
    ["Config", "emulator"],
    `${emulatorProgram(architecture)} does not answer`,
    `${file} --version hangs (nothing came within ${VERSION_TIMEOUT_MS / 1000} s), so it is no working QEMU. Run that by hand; then replace the program, or put the folder of a working one before it in PATH.`,
  );
}

function* driveInterfaceIsKnown({ taskConfig: { driveInterface } }: TaskToCheck): Iterable<Refusal> {
  if (driveInterface === "" || DRIVE_INTERFACES.includes(driveInterface)) return;
  yield refused(
    "qemu/drive-interface",
    ["Config", "drive_interface"],
    "Unsupported drive_interface",
    `Write one of ${DRIVE_INTERFACES.join(", ")}, in lower case.`,
  );
}

function* monitorIsPossible(task: TaskToCheck): Iterable<Refusal> {
  if (!task.taskConfig.gracefulShutdown) return;
  const at: TaskPath = ["Config", "graceful_shutdown"];
  if (task.platform === "win32") {
    yield refused(
      "qemu/graceful-shutdown-windows",
      at,
      "QEMU graceful shutdown is unsupported on the Windows platform",
      "Nomad's driver has no monitor there. Leave graceful_shutdown out for clients that run Windows.",
    );
    return;
  }
  yield* socketPathFits(task, at, MONITOR_SOCKET_NAME);
}

function* guestAgentIsPossible(task: TaskToCheck): Iterable<Refusal> {
  if (!task.taskConfig.guestAgent) return;
  const at: TaskPath = ["Config", "guest_agent"];
  if (task.platform === "win32") {
    yield refused(
      "qemu/guest-agent-windows",
      at,
      "QEMU Guest Agent socket is unsupported on the Windows platform",
      "Nomad's driver has no socket for the agent there. Leave guest_agent out for clients that run Windows.",
    );
    return;
  }
  yield* socketPathFits(task, at, GUEST_AGENT_SOCKET_NAME);
}

function* socketPathFits({ taskDir, platform }: TaskToCheck, at: TaskPath, name: string): Iterable<Refusal> {
  const limit = SOCKET_PATH_MAX_BYTES[platform];
  if (taskDir === undefined || limit === undefined) return;
  const socket = path.join(taskDir, name);
  const bytes = Buffer.byteLength(socket);
  if (bytes <= limit) return;
  yield refused(
    "qemu/socket-path-too-long",
    at,
    `socket path ${socket} is longer than the maximum length allowed (${limit}), try to reduce the task name or Nomad's data_dir if possible.`,
    `The path has ${bytes} bytes; the client's data directory (--data-dir of nomad-qemu), the allocation's id and the task's name are part of it.`,
  );
}

function* portLabelsAreKnown({ taskConfig, taskNetworkLabels }: TaskToCheck): Iterable<Refusal> {
  // Without a task-level network the driver never looks at port_map.
  if (taskNetworkLabels === undefined || taskNetworkLabels === "none") return;
  for (const label of Object.keys(taskConfig.portMap).sort()) {
    if (taskNetworkLabels.includes(label)) continue;
    yield refused(
      "qemu/unknown-port-label",
      ["Config", "port_map", taskConfig.portMapBlock[label] ?? 0, label],
      `Unknown port label ${goQuote(label)}`,
      taskNetworkLabels.length === 0
        ? "port_map may name the ports of the network in the task's resources, and that network has none."
        : `port_map may name the ports of the network in the task's resources: ${[...taskNetworkLabels].sort().join(", ")}. Ports of the group's network do not count.`,
    );
  }
}

function* kvmIsPossible({ taskConfig, platform }: TaskToCheck): Iterable<Refusal> {
  if (taskConfig.accelerator !== ACCELERATOR_KVM || (platform !== "win32" && platform !== "darwin")) return;
  yield refused(
    "qemu/kvm-unsupported",
    ["Config", "accelerator"],
    "KVM accelerator is unsupported on the current platform",
    `KVM is part of Linux. Here ${platform === "darwin" ? "hvf" : "whpx"} is the counterpart; tcg works everywhere.`,
  );
}
