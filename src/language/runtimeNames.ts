// The names that only the client knows, and what they stand for (nomad.md 2.3, 2.4).

const NAMES: Readonly<Record<string, string>> = {
  NOMAD_ALLOC_DIR: "The allocation's shared directory: a host path for QEMU tasks since Nomad 1.11.2.",
  NOMAD_TASK_DIR: "The task's `local` directory.",
  NOMAD_SECRETS_DIR: "The task's `secrets` directory, in memory on Linux.",
  NOMAD_MEMORY_LIMIT: "Memory of the task in MB, `secrets` included.",
  NOMAD_MEMORY_MAX_LIMIT: "`memory_max` of the task in MB; only where it is set.",
  NOMAD_CPU_LIMIT: "CPU share of the task in MHz.",
  NOMAD_CPU_CORES: "Ids of the reserved cores, such as `0-2,7`; one blank when none are reserved.",
  NOMAD_ALLOC_ID: "Id of the allocation.",
  NOMAD_SHORT_ALLOC_ID: "The first eight characters of the allocation's id.",
  NOMAD_ALLOC_NAME: "Name of the allocation: `<job>.<group>[<index>]`.",
  NOMAD_ALLOC_INDEX: "Index of the allocation in its group, from 0.",
  NOMAD_TASK_NAME: "Name of the task.",
  NOMAD_GROUP_NAME: "Name of the group.",
  NOMAD_JOB_ID: "Id of the job.",
  NOMAD_JOB_NAME: "Name of the job; of a dispatched or periodic child, its id.",
  NOMAD_JOB_PARENT_ID: "Id of the parent of a dispatched or periodic job.",
  NOMAD_DC: "The node's datacenter.",
  NOMAD_REGION: "The region.",
  NOMAD_NAMESPACE: "The namespace.",
  NOMAD_PARENT_CGROUP: "The cgroup that Nomad's tasks are in.",
  NOMAD_TOKEN: "The task's workload identity token.",
  NOMAD_UNIX_ADDR: "Socket of the task API.",
};

const PREFIXES: readonly (readonly [string, string])[] = [
  ["NOMAD_META_", "Metadata of the job, group or task, by its key."],
  ["NOMAD_HOST_PORT_", "The port on the host."],
  ["NOMAD_HOST_IP_", "The address on the host; ports of the group only."],
  ["NOMAD_HOST_ADDR_", "Address and port on the host; ports of the group only."],
  ["NOMAD_ALLOC_PORT_", "The port inside the group's network; ports of the group only."],
  ["NOMAD_PORT_", "The port's `to` where it has one, else the port on the host."],
  ["NOMAD_IP_", "The address of the port."],
  ["NOMAD_ADDR_", "Address and port."],
  ["NOMAD_UPSTREAM_", "An upstream of Consul service mesh."],
  ["attr.", "An attribute of the node, found by its fingerprint."],
  ["meta.", "Metadata of the *node* (its client's configuration). The job's own is `NOMAD_META_…`."],
  ["node.", "A property of the node."],
  ["env[", "A variable of the task's environment, by any name."],
  ["env.", "A variable of the task's environment."],
  ["device.", "An attribute of the device, in a device's constraints."],
];

/** What a runtime name stands for; undefined for any other name. */
export function describeRuntimeName(text: string): string | undefined {
  if (Object.hasOwn(NAMES, text)) return NAMES[text];
  return PREFIXES.find(([prefix]) => text.startsWith(prefix))?.[1];
}

/** Attributes of nodes that jobs often ask for. */
export const COMMON_NODE_NAMES: readonly string[] = [
  "attr.cpu.arch",
  "attr.cpu.numcores",
  "attr.driver.qemu.emulators",
  "attr.driver.qemu.version",
  "attr.kernel.name",
  "attr.os.name",
  "attr.os.version",
  "attr.unique.hostname",
  "attr.unique.network.ip-address",
  "node.class",
  "node.datacenter",
  "node.pool",
  "node.unique.id",
  "node.unique.name",
];
