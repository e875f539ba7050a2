// Machine, emulator, accelerator and drive interface: combinations that QEMU refuses at once.
import { nearest } from "../../base/nearest.ts";
import { emulatorArchitecture } from "../../driver/emulator.ts";
import { quoteHcl } from "../edits.ts";
import { addLines, replaceValue } from "../fixes.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { argumentTexts, isSet, literalText, suboptions } from "../values.ts";
import { readArguments } from "../qemuOptions.ts";

const INTERFACE: Rule = {
  code: "qemu/drive-interface-machine",
  severity: "error",
  title: "The machine has no such drive interface",
  why: "Nomad accepts every name in its list; QEMU's machines do not. `pc` and `q35` attach `ide`, `floppy`, `pflash`, `virtio` and `none`; `microvm` only `none`; `virt` has neither IDE nor SCSI. `virtio` is the fast one where the guest has the driver.",
  source: "Measured with QEMU 7.2 (qemu.md 2.5, nomad.md 1.6 E6); golden q-if-*, q-microvm-ide",
};

const MACHINE_MISSING: Rule = {
  code: "qemu/machine-type-missing",
  severity: "error",
  title: "This emulator has no machine `pc`",
  why: "Without machine_type Nomad passes `type=pc`, which only the x86 emulators have. Name a machine of the architecture: `virt` for aarch64, arm and riscv.",
  source: "nomad.md 1.6 E6",
  needsWholeFile: true,
};

const MACHINE_UNKNOWN: Rule = {
  code: "qemu/machine-type-unknown",
  severity: "error",
  title: "QEMU's x86 emulators have no such machine",
  why: "The machines are `pc`, `q35`, `microvm`, `isapc`, `none`, and the versioned names `pc-i440fx-…` and `pc-q35-…`. `qemu-system-x86_64 -machine help` lists them.",
  source: "QEMU 7.2, -machine help; golden q-machine-unknown",
};

const ACCELERATOR: Rule = {
  code: "qemu/accelerator-unknown",
  severity: "error",
  title: "QEMU has no such accelerator",
  why: "Names are lower case: `tcg` works everywhere, `kvm` on Linux, `hvf` on macOS, `whpx` on Windows. Only the exact word `kvm` makes Nomad add `-enable-kvm` and `-smp`.",
  source: "QEMU 7.2, -accel help; golden q-accel-KVM",
};

const MACHINE_OPTIONS: Rule = {
  code: "qemu/machine-type-options",
  severity: "warning",
  title: "machine_type carries options",
  why: "What follows a comma in machine_type or accelerator becomes an option of `-machine`: `kernel=`, `firmware=` and `dumpdtb=` make QEMU read or write files of the host. No allowlist of the operator looks there.",
  source: "qemu.md 0, fault 6",
};

const X86 = /^(?:x86_64|i386)/;
const X86_MACHINES = ["pc", "q35", "microvm", "isapc", "none", "x-remote", "xenfv", "xenpv", "nitro-enclave"];
const X86_MACHINE = new RegExp(`^(?:${X86_MACHINES.join("|")}|pc-.+|xenfv-.+)$`);
const ACCELERATORS = ["tcg", "kvm", "hvf", "whpx", "xen", "nvmm", "qtest", "mshv", "hax"];

/** Interfaces that a machine refuses; undefined = not known. */
function refusedInterfaces(machine: string): readonly string[] | undefined {
  if (machine === "microvm") return ["ide", "scsi", "sd", "mtd", "floppy", "pflash", "virtio"];
  if (machine === "isapc") return ["scsi", "sd", "mtd", "pflash", "virtio"];
  if (/^(?:pc|q35)(?:-|$)/.test(machine)) return ["scsi", "sd", "mtd"];
  if (/^virt(?:-|$)/.test(machine)) return ["ide", "scsi", "sd"];
  return undefined;
}

function checkTask(context: TaskContext): void {
  const { taskPath } = context;
  const config = [...taskPath, "Config"];
  const emulator = literalText(context, "emulator") ?? (isSet(context, "emulator") ? undefined : "");
  const written = literalText(context, "machine_type") ?? "";
  const unknownMachine = isSet(context, "machine_type") && written === "";
  const architecture = emulator === undefined ? undefined : emulatorArchitecture({ emulator });
  // -machine in args comes later and wins.
  const replaced = readArguments(argumentTexts(context)).options.some(({ name }) => name === "machine" || name === "M");

  if (written.includes(",")) {
    context.reportAt(MACHINE_OPTIONS, [...config, "machine_type"], {
      message: `Options in machine_type: QEMU takes ${quoteHcl(written.slice(written.indexOf(",") + 1))} for options of -machine. Keep the machine's name only.`,
    });
  } else if (!unknownMachine && !replaced && architecture !== undefined) {
    checkMachine(context, architecture, written);
  }
  checkAccelerator(context);
  const machine = (written || "pc").split(",")[0] ?? "";
  if (!unknownMachine && !replaced) checkInterface(context, machine);
}

function checkMachine(context: TaskContext, architecture: string, written: string): void {
  const { taskPath } = context;
  const config = [...taskPath, "Config"];
  if (X86.test(architecture)) {
    if (written === "" || X86_MACHINE.test(written)) return;
    const best = nearest(written.toLowerCase(), X86_MACHINES);
    const fixes =
      best === undefined
        ? []
        : replaceValue(context, [...config, "machine_type"], quoteHcl(best), `Did you mean "${best}"?`);
    context.reportAt(MACHINE_UNKNOWN, [...config, "machine_type"], {
      message: `unsupported machine type: qemu-system-${architecture} has no machine ${quoteHcl(written)}.`,
      fixes,
    });
    return;
  }
  // An emulator that nobody has heard of is refused for its name; nothing is known of its machines.
  if (
    written !== "" ||
    !/^(?:aarch64|arm|riscv(?:32|64)|alpha|mips\w*|ppc\w*|s390x|sparc\w*|loongarch64)$/.test(architecture)
  )
    return;
  const virt = /^(?:aarch64|arm|riscv(?:32|64)|loongarch64)$/.test(architecture);
  context.reportAt(MACHINE_MISSING, isSet(context, "emulator") ? [...config, "emulator"] : config, {
    message: `unsupported machine type: qemu-system-${architecture} has no machine "pc", Nomad's default. Name one with machine_type.`,
    fixes: virt ? addLines(context, config, ['machine_type = "virt"'], 'Add machine_type = "virt"') : [],
  });
}

function checkAccelerator(context: TaskContext): void {
  const { taskPath } = context;
  const accelerator = literalText(context, "accelerator");
  if (accelerator === undefined || accelerator === "") return;
  const path = [...taskPath, "Config", "accelerator"];
  const names = (suboptions(accelerator)[0]?.value ?? "").split(":");
  const unknown = names.find((name) => !ACCELERATORS.includes(name));
  if (unknown !== undefined) {
    const best = nearest(unknown.trim().toLowerCase(), ACCELERATORS);
    context.reportAt(ACCELERATOR, path, {
      message: `invalid accelerator ${unknown}: QEMU knows ${ACCELERATORS.slice(0, 4).join(", ")}, in lower case.`,
      fixes: best === undefined ? [] : replaceValue(context, path, quoteHcl(best), `Did you mean "${best}"?`),
    });
  } else if (accelerator.includes(",")) {
    context.reportAt(MACHINE_OPTIONS, path, {
      message: `Options in accelerator: QEMU takes ${quoteHcl(accelerator.slice(accelerator.indexOf(",") + 1))} for options of -machine. Keep the accelerator's name only.`,
    });
  }
}

function checkInterface(context: TaskContext, machine: string): void {
  const { taskPath } = context;
  const path = [...taskPath, "Config", "drive_interface"];
  const set = isSet(context, "drive_interface");
  const name = set ? literalText(context, "drive_interface") : "ide";
  if (name === undefined) return;
  const used = name === "" ? "ide" : name;
  if (refusedInterfaces(machine)?.includes(used) !== true) return;
  const instead = machine === "microvm" ? "none" : machine === "isapc" ? "ide" : "virtio";
  const fixes = set
    ? replaceValue(context, path, quoteHcl(instead), `Use "${instead}"`)
    : addLines(
        context,
        [...taskPath, "Config"],
        [`drive_interface = "${instead}"`],
        `Add drive_interface = "${instead}"`,
      );
  const label = used === "virtio" ? "No 'PCI' bus found" : `machine type does not support if=${used}`;
  const hint =
    machine === "microvm"
      ? 'Use "none" and attach the image with -device virtio-blk-device,drive=image0 in args.'
      : `Use "${instead}".`;
  context.reportAt(INTERFACE, set ? path : [...taskPath, "Config", "machine_type"], {
    message: `${label}: QEMU's ${machine} cannot attach the image that way. ${hint}`,
    fixes,
  });
}

export const machineRules: RuleGroup = {
  title: "Machine, accelerator, drive interface",
  rules: [INTERFACE, MACHINE_MISSING, MACHINE_UNKNOWN, ACCELERATOR, MACHINE_OPTIONS],
  checkTask,
};
