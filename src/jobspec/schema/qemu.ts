// The qemu driver's task config and plugin config (nomad.md 1.1, 1.2), in the same shape as the job's blocks.
import { attribute, block, body, label, type BlockSchema, type BodySchema } from "./types.ts";

const TASK_PAGE = "/nomad/docs/job-declare/task-driver/qemu";

/** `config { … }` of a task with `driver = "qemu"`. Anything else in it is an error on the client. */
export const qemuTaskConfig: BodySchema = body(TASK_PAGE, () => [
  attribute(
    "image_path",
    "image_path",
    "string",
    "The disk image, relative to the task's folder; must lie in the allocation or an allowed path.",
    {
      required: true,
      examples: ["local/image.qcow2"],
    },
  ),
  attribute("emulator", "emulator", "string", "The architecture to emulate: `qemu-system-` and this.", {
    default: '"x86_64"',
    examples: ["x86_64", "aarch64", "i386", "riscv64"],
    since: "1.11.1",
  }),
  attribute("machine_type", "machine_type", "string", "QEMU's machine (`-machine type=`).", {
    default: '"pc"',
    examples: ["pc", "q35", "microvm", "virt"],
    since: "1.11.1",
  }),
  attribute("drive_interface", "drive_interface", "string", "How the image is attached (`if=`).", {
    default: '"ide"',
    values: ["ide", "scsi", "sd", "mtd", "floppy", "pflash", "virtio", "none"],
    since: "1.3.4",
  }),
  attribute(
    "accelerator",
    "accelerator",
    "string",
    "How the guest's instructions run (`accel=`); `kvm` adds `-enable-kvm`.",
    {
      default: '"tcg"',
      examples: ["tcg", "kvm", "hvf", "whpx"],
    },
  ),
  attribute(
    "graceful_shutdown",
    "graceful_shutdown",
    "bool",
    "Press the guest's power button before the signal; not on Windows.",
    {
      default: "false",
      since: "0.7.1",
    },
  ),
  attribute(
    "guest_agent",
    "guest_agent",
    "bool",
    "Add a virtio-serial port for the QEMU guest agent; not on Windows.",
    {
      default: "false",
      since: "1.3.2",
    },
  ),
  attribute("args", "args", "list(string)", "Further arguments for QEMU, one list element each.", {
    default: "[]",
    since: "0.4.1",
  }),
  attribute(
    "port_map",
    "port_map",
    "list(map(number))",
    "Port label → guest port; works only with a `network` in the task's resources.",
    {
      default: "{}",
      since: "0.2.0",
    },
  ),
]);

const PLUGIN_PAGE = "/nomad/docs/deploy/task-driver/qemu#plugin-options";

/** `config { … }` of `plugin "qemu"` in an agent's configuration. */
export const qemuPluginConfig: BodySchema = body(PLUGIN_PAGE, () => [
  attribute(
    "image_paths",
    "image_paths",
    "list(string)",
    "Folders besides the allocation that images may lie in; compared as text.",
    {
      default: "[]",
      page: PLUGIN_PAGE,
    },
  ),
  attribute("args_allowlist", "args_allowlist", "list(string)", "The options that `args` may hold; empty allows all.", {
    default: "[]",
    page: PLUGIN_PAGE,
  }),
  attribute(
    "emulators_allowlist",
    "emulators_allowlist",
    "list(string)",
    "The architectures that tasks may use; empty allows all.",
    {
      default: "[]",
      page: PLUGIN_PAGE,
      since: "1.11.2",
    },
  ),
]);

/** `plugin "qemu" { … }` in an agent's configuration. */
export const qemuPlugin: BlockSchema = block(
  "plugin",
  undefined,
  body(PLUGIN_PAGE, () => [
    attribute("args", undefined, "list(string)", "Arguments for an external plugin; the built-in driver has none.", {
      page: "/nomad/docs/configuration/plugin",
    }),
    block("config", undefined, qemuPluginConfig, "The driver's settings. Settings outside of it are ignored.", {
      page: PLUGIN_PAGE,
    }),
  ]),
  "Settings of the qemu driver on this client.",
  {
    labels: [label("name", undefined, "The plugin's name.", { values: ["qemu"] })],
    page: "/nomad/docs/configuration/plugin",
  },
);

/** The task configs that are known by driver name. */
export const TASK_CONFIGS: ReadonlyMap<string, BodySchema> = new Map([["qemu", qemuTaskConfig]]);
