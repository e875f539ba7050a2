// What a task asks of its node, and how its output is kept.
import { taskNetwork } from "./network.ts";
import { affinity, constraint } from "./placement.ts";
import { attribute, block, body, label, type BlockSchema } from "./types.ts";

const device = block(
  "device",
  "Devices",
  body("device", () => [
    attribute("count", "Count", "uint64?", "How many instances of the device.", { default: "1" }),
    constraint,
    affinity,
  ]),
  "A device of the node, such as a GPU.",
  {
    labels: [label("name", "Name", "`type`, `vendor/type` or `vendor/type/model`.", { tag: "" })],
    occurs: "many",
    page: "device",
  },
);

export const resources: BlockSchema = block(
  "resources",
  "Resources",
  body("resources", () => [
    attribute("cpu", "CPU", "int?", "CPU share in MHz. It has no effect inside a QEMU guest.", { default: "100" }),
    attribute("cores", "Cores", "int?", "Whole CPU cores; excludes `cpu`. With accelerator kvm it becomes `-smp`.", {
      since: "1.1",
    }),
    attribute("memory", "MemoryMB", "int?", "Memory in MB; the qemu driver gives it to the guest (`-m`).", {
      default: "300",
    }),
    attribute(
      "memory_max",
      "MemoryMaxMB",
      "int?",
      "Memory in MB that the task may use beyond `memory`; -1 = no limit.",
      {
        since: "1.1",
      },
    ),
    attribute("disk", "DiskMB", "int?", "Disk in MB; the server refuses it.", {
      deprecated: { since: "0.5", use: "`ephemeral_disk` of the group" },
    }),
    taskNetwork,
    device,
    block(
      "numa",
      "NUMA",
      body("numa", () => [
        attribute("affinity", "Affinity", "string", "How strictly memory and cores share a NUMA node.", {
          default: '"none"',
          values: ["none", "prefer", "require"],
        }),
        attribute("devices", "Devices", "list(string)", "Devices that shall be on the same NUMA node."),
      ]),
      "How the task's cores relate to NUMA nodes.",
      { page: "numa", since: "1.7", enterprise: true },
    ),
    attribute("secrets", "SecretsMB", "int?", "Size of the secrets folder in MB; added to `memory`.", {
      since: "1.8.3",
      default: "1",
    }),
    attribute("iops", "IOPS", "int?", "Disk operations; Nomad ignores it.", {
      deprecated: { since: "0.9", use: "nothing: it is not scheduled any more" },
    }),
  ]),
  "CPU, memory and devices of the task.",
  { page: "resources" },
);

export const logs: BlockSchema = block(
  "logs",
  "LogConfig",
  body("logs", () => [
    attribute("max_files", "MaxFiles", "int?", "How many rotated files are kept, for stdout and stderr each.", {
      default: "10",
    }),
    attribute("max_file_size", "MaxFileSizeMB", "int?", "Size of a log file in MB before a new one is begun.", {
      default: "10",
    }),
    attribute("enabled", "Enabled", "bool?", "Keep the task's output.", {
      deprecated: { since: "1.6", use: "`disabled`" },
    }),
    attribute("disabled", "Disabled", "bool?", "Throw the task's output away.", { default: "false", since: "1.6" }),
  ]),
  "How the task's output is kept.",
  { page: "logs" },
);
