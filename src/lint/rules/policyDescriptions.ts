// The codes of what the driver refuses, for docs/rules.md. Where and when they are found is driver/policy.ts and
// driver/taskConfig.ts; a test holds the two lists together.
import type { Rule } from "../rule.ts";

const ORDER = "drivers/qemu/driver.go, StartTask (Nomad 2.0; nomad.md 1.7)";
const SCHEMA = "drivers/qemu/driver.go, taskConfigSpec (Nomad 2.0; nomad.md 1.1); golden e-*";

const refuses = (code: string, title: string, why: string, source: string): Rule => ({
  code,
  severity: "error",
  title,
  why,
  source,
});
const needsWhole = (rule: Rule): Rule => ({ ...rule, needsWholeFile: true });

export const POLICY_RULES: readonly Rule[] = [
  needsWhole(
    refuses(
      "qemu/config-missing-argument",
      "A required argument of the driver is missing",
      "A QEMU task needs image_path. Nomad's servers do not look into `config`: the mistake shows only on the client, as `Failed Validation`.",
      SCHEMA,
    ),
  ),
  needsWhole(
    refuses(
      "qemu/config-empty",
      "The config block says nothing",
      "A QEMU task needs at least image_path; an empty `config {}` is refused as a whole.",
      SCHEMA,
    ),
  ),
  refuses(
    "qemu/config-unknown-argument",
    "The driver has no such argument",
    "Anything that is not in the driver's schema makes the task fail. There is no argument for processors, further disks, network cards, displays or firmware: those are options of QEMU and go into `args`.",
    SCHEMA,
  ),
  refuses(
    "qemu/config-type",
    "The argument has another type",
    'Numbers and booleans become strings where a string is wanted, `"true"` becomes a boolean, `"22"` a number. A string is not a list: write `args = ["-snapshot"]`.',
    SCHEMA,
  ),
  refuses(
    "qemu/config-unknown-variable",
    "Nothing of that name exists when the task starts",
    "A placeholder in a driver's config must name a variable of the task's environment or of the node; elsewhere in a job an unknown one stays as it is written, here the task fails. Names are case-sensitive; ports are NOMAD_PORT_<label>.",
    "Nomad client/taskenv and hclspecutils (nomad.md 2.4); golden e-var-*, e-ip-env-unknown",
  ),
  refuses(
    "qemu/config-invalid",
    "The client cannot evaluate the config",
    "Nomad evaluates `config` a second time on the client, with few functions and other variables than the job file has. `${meta.x}` is the node's metadata; the job's own is `${NOMAD_META_x}`.",
    "Nomad hclspecutils (nomad.md 2.4); golden e-var-*, e-func-*, e-syntax2, e-directive",
  ),
  refuses(
    "qemu/port-map-not-integer",
    "A guest port is no whole number",
    "Nomad's schema lets any number pass; the driver then fails to decode it.",
    "golden e-pm-fraction, e-pm-huge",
  ),
  refuses(
    "qemu/user-not-allowed",
    "The task may not run as this user",
    "Clients do not run QEMU as root or Administrator unless their `user.denylist` says so.",
    "Nomad client/config, user.denylist; golden e-user-root, e-user-Administrator",
  ),
  refuses(
    "qemu/emulator-not-allowed",
    "The operator does not allow this emulator",
    "emulators_allowlist is compared with the text in the job before Nomad fills in its default and before it strips `qemu-system-`: a job without `emulator` is refused, and `qemu-system-x86_64` is not `x86_64`.",
    ORDER,
  ),
  refuses(
    "qemu/args-not-allowed",
    "The operator does not allow this argument",
    "When args_allowlist is not empty, each element of `args` that starts with a dash (after blanks) must be in it, letter by letter. The fix removes the option together with its value, which would be taken for a disk image if it stayed. If the configuration is yours, allow the argument there.",
    ORDER,
  ),
  needsWhole(refuses("qemu/image-path-missing", "image_path is empty", "Name the disk image.", ORDER)),
  refuses(
    "qemu/image-path-not-allowed",
    "The image lies outside the allowed paths",
    "The image must lie in the allocation's directory or in a folder of the operator's image_paths. Nomad compares letters, follows no links, and takes a relative path from the allocation's directory, while QEMU takes it from the task's: `../alloc/data/x` is refused although QEMU would find it, `${NOMAD_ALLOC_DIR}/data/x` works.",
    ORDER,
  ),
  refuses(
    "qemu/memory-out-of-bounds",
    "The driver gives a VM 128 to 4000000 MB",
    "Nomad itself accepts 10 MB and more; the driver counts memory plus secrets and refuses less than 128.",
    ORDER,
  ),
  refuses(
    "qemu/emulator-not-found",
    "The machine has no such emulator",
    "Nomad looks for `qemu-system-<emulator>` in PATH. Judged only where it is known what the machine has.",
    ORDER,
  ),
  refuses(
    "qemu/emulator-silent",
    "The machine's emulator hangs",
    "`qemu-system-<emulator> --version` did not end within five seconds. Nomad's client waits for ever and never offers the driver. Judged only where it is known what the machine has.",
    "measured: QEMU 7.2 answers in 20 to 40 ms",
  ),
  refuses(
    "qemu/drive-interface",
    "There is no such drive interface",
    "The driver accepts ide, scsi, sd, mtd, floppy, pflash, virtio and none, in lower case.",
    ORDER,
  ),
  refuses(
    "qemu/graceful-shutdown-windows",
    "graceful_shutdown does not work on Windows",
    "Nomad's driver has no monitor socket there.",
    ORDER,
  ),
  refuses(
    "qemu/guest-agent-windows",
    "guest_agent does not work on Windows",
    "Nomad's driver has no socket for the agent there.",
    ORDER,
  ),
  refuses(
    "qemu/socket-path-too-long",
    "The path of the socket is too long",
    "The monitor and agent sockets lie in the task's folder, whose path holds the allocation's id and the task's name; the system allows 108 bytes (macOS and the BSDs 104). Where allocations lie is the client's business, so without that knowledge this is a warning, judged by the folder of Nomad's packages.",
    `${ORDER}; Nomad issue 13943; golden e-sock-long-gs, q-sock-109`,
  ),
  refuses(
    "qemu/unknown-port-label",
    "port_map names a port that the task's network does not have",
    "The labels are those of the `network` in the task's resources; ports of the group's network do not count.",
    ORDER,
  ),
  refuses("qemu/kvm-unsupported", "KVM is part of Linux", "Use hvf on macOS, whpx on Windows, tcg anywhere.", ORDER),
];
