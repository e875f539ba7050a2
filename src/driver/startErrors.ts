// What QEMU says when it ends at once, turned into a problem that says what to do.
import type { Problem } from "../base/result.ts";

interface KnownError {
  readonly code: string;
  readonly pattern: RegExp;
  readonly why: string;
  readonly next: string;
}

/** Measured with QEMU 7.2 (qemu.md 2.4 to 2.5, nomad.md 1.8). The first that matches counts. */
const KNOWN_ERRORS: readonly KnownError[] = [
  {
    code: "suffix-swallowed",
    pattern: /nomad-qemu-|'-chardev'|-chardev: /,
    why: "The last of the task's arguments wants a value, and took the first word that follows for it.",
    next: "Complete or remove the last element of args.",
  },
  {
    code: "image-locked",
    pattern: /Failed to get "[\w ]+" lock|Is another process using the image/,
    why: "Another running VM has this image open for writing.",
    next: "Stop the other VM, give each its own copy or overlay of the image, or add -snapshot to args.",
  },
  {
    code: "image-missing",
    pattern: /Could not open '.*': No such file or directory/,
    why: "The image is not where image_path says; a relative path counts from the task's directory.",
    next: "Compare image_path with the destination of the artifact, or with the operator's image_paths.",
  },
  {
    code: "image-not-readable",
    pattern: /Could not (open|read) '.*': Permission denied|Could not open '.*': (?!No such)/,
    why: "The image is there but may not be opened as it is asked for.",
    next: "Check its permissions for the user that runs QEMU (chown in the artifact block), and that it is a file.",
  },
  {
    code: "image-not-a-file",
    pattern: /driver requires '.*' to be a regular file/,
    why: "image_path names a directory, device or pipe.",
    next: "Name the image file itself. An artifact with destination local/x.img in mode any makes a directory of that name.",
  },
  {
    code: "image-format",
    pattern: /Image is not in \w+ format|Could not read .* header|unsupported.*(image|version)/i,
    why: "The file's content is not what its format option (or its first bytes) promise.",
    next: "Check the file with qemu-img info, and the format in args.",
  },
  {
    code: "port-taken",
    pattern: /Could not set up host forwarding rule '(.*)'/,
    why: "The host port is in use, or this user may not listen on it (ports below 1024).",
    next: "Stop what listens there, or choose another static port; without static the port is chosen for you.",
  },
  {
    code: "port-rule-invalid",
    pattern: /Invalid host forwarding rule/,
    why: "A port in the forwarding rule is outside 1 to 65535.",
    next: "Correct port_map, or the hostfwd in args.",
  },
  {
    code: "drive-interface-unsupported",
    pattern: /machine type does not support if=(\w+)/,
    why: "The machine has no bus of that kind.",
    next: 'Use drive_interface = "virtio" (or "ide" on pc and q35); for machines with neither, "none" and a -device in args.',
  },
  {
    code: "drive-twice",
    pattern: /drive with bus=\d+, unit=\d+ \(index=\d+\) exists/,
    why: "An element of args without a leading dash, which no option before it takes as its value, is a second disk image to QEMU.",
    next: "Check args for a missing dash, an empty element, or an option and its value in one element.",
  },
  {
    code: "machine-unknown",
    pattern: /unsupported machine type/,
    why: "This emulator has no such machine.",
    next: 'Run the emulator with -machine help, and correct machine_type; other architectures than x86 have no "pc".',
  },
  {
    code: "accelerator-unknown",
    pattern: /invalid accelerator/,
    why: "This emulator was built without that accelerator.",
    next: 'Use accelerator = "tcg" (works everywhere), "kvm" on Linux, "hvf" on macOS, "whpx" on Windows.',
  },
  {
    code: "kvm-unusable",
    pattern: /failed to initialize kvm|Could not access KVM kernel module/,
    why: "KVM is missing on this machine, or this user may not use /dev/kvm.",
    next: 'Add your user to the group of /dev/kvm, switch virtualisation on in the firmware, or use accelerator = "tcg".',
  },
  {
    code: "accelerator-twice",
    pattern: /The -accel and "-machine accel=" options are incompatible/,
    why: "The driver names the accelerator with -machine, and args name another with -accel.",
    next: "Remove -accel from args and set accelerator.",
  },
  {
    code: "cpu-unknown",
    pattern: /unable to find CPU model/,
    why: "This emulator has no CPU of that name.",
    next: "Run the emulator with -cpu help, and correct -cpu in args.",
  },
  {
    code: "memory-unavailable",
    pattern: /cannot set up guest memory/,
    why: "The host has not that much memory to give.",
    next: "Ask for less memory in the task's resources.",
  },
  {
    code: "smp-invalid",
    pattern: /Invalid SMP CPUs|Invalid CPU topology/,
    why: "The machine cannot have that many processors.",
    next: "Correct -smp in args, or cores in the task's resources.",
  },
  {
    code: "id-twice",
    pattern: /Duplicate ID '([^']*)'/,
    why: "args use an id that the driver uses too (image0, user.0, qga0).",
    next: "Choose another id in args.",
  },
  {
    code: "stdio-twice",
    pattern: /cannot use stdio by multiple character devices/,
    why: "Serial console and monitor are on standard output already (-nographic).",
    next: "Remove the second -serial, -monitor or -chardev on stdio from args.",
  },
  {
    code: "socket-failed",
    pattern: /Failed to (bind|listen on) socket|UNIX socket path '.*' is too long|Address already in use/,
    why: "QEMU could not listen on a socket or display.",
    next: "Check the addresses in args; something else may use them.",
  },
  {
    code: "option-invalid",
    pattern: /invalid option|Invalid parameter|not found$|requires an argument/,
    why: "This emulator does not know an option, or a part of one, in the command line.",
    next: "Compare args with the output of the emulator's -help. A comma in the image's name also ends up here: -name splits at it.",
  },
];

/** Lines that explain nothing: warnings, hints, and continuation lines. */
const NOISE = /^(WARNING:|warning:|\s|Use -\w+ help)|: (warning|info): |terminating on signal/;
const PROGRAM_PREFIX = /^[^\s:]*qemu[^\s:]*: /;

/** The line of QEMU's stderr that says why it ended, without the program's name; undefined when it said nothing. */
export function decisiveLine(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !NOISE.test(line));
  // Errors follow each other; the first one is the cause of the rest.
  const line = lines.find((candidate) => PROGRAM_PREFIX.test(candidate)) ?? lines.at(-1);
  return line?.replace(PROGRAM_PREFIX, "");
}

/**
 * Explains the end of a QEMU that never answered.
 * `where` is the emulator; `exitText` how it ended ("exit code 1"), for the case that it said nothing.
 */
export function explainStartFailure(stderr: string, where: string, exitText: string): Problem {
  const line = decisiveLine(stderr);
  if (line === undefined)
    return {
      code: "qemu-exited",
      what: `QEMU ended at once (${exitText}) without a word`,
      where,
      why: "Options such as -version or -machine help make it print something and leave; so does a program that is no QEMU.",
      next: "Try the command line by hand (Show command line, or nomad-qemu argv).",
    };
  const known = KNOWN_ERRORS.find(({ pattern }) => pattern.test(line));
  return {
    code: known?.code ?? "qemu-exited",
    what: line,
    where,
    why: known?.why ?? `QEMU ended at once (${exitText}).`,
    next: known?.next ?? "Try the command line by hand (Show command line, or nomad-qemu argv).",
  };
}
