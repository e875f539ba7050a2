// Resources and logs of a task. Source: Nomad nomad/structs/structs.go, Resources.Validate and LogConfig.Validate; numa.go.
import { amount, block, type Fields, indexed, text, texts } from "../fields.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import { checkAffinity, checkConstraints } from "./constraints.ts";
import type { Reporter } from "./context.ts";

const MIN_CPU_MHZ = 1;
const MIN_MEMORY_MB = 10;
/** `memory_max = -1`: no limit. */
const NO_LIMIT = -1;

export function checkResources(resources: Fields, path: JobPath, error: Reporter): void {
  const [cpu, cores, memory] = [amount(resources, "CPU"), amount(resources, "Cores"), amount(resources, "MemoryMB")];
  const [memoryMax, secrets] = [amount(resources, "MemoryMaxMB"), amount(resources, "SecretsMB")];
  const at = (field: string): JobPath => [...path, field];
  if (cores > 0 && cpu > 0) {
    error("resources/cpu-and-cores", at("Cores"), "Task can only ask for 'cpu' or 'cores' resource, not both.");
  }
  if (cores < 0) error("resources/cores-negative", at("Cores"), `cores value (${cores}) cannot be negative`);
  if (cpu < MIN_CPU_MHZ && cores === 0) {
    error("resources/cpu-minimum", at("CPU"), `minimum CPU value is ${MIN_CPU_MHZ}; got ${cpu}`);
  }
  if (memory < MIN_MEMORY_MB) {
    error("resources/memory-minimum", at("MemoryMB"), `minimum MemoryMB value is ${MIN_MEMORY_MB}; got ${memory}`);
  }
  checkDevices(resources, path, error);
  checkNuma(resources, path, error);
  if (memoryMax !== 0 && memoryMax !== NO_LIMIT && memoryMax < memory) {
    error(
      "resources/memory-max",
      at("MemoryMaxMB"),
      `MemoryMaxMB value (${memoryMax}) should be larger than MemoryMB value (${memory})`,
    );
  }
  if (secrets > memory) {
    error(
      "resources/secrets-over-memory",
      at("SecretsMB"),
      `SecretsMB value (${secrets}) cannot be larger than MemoryMB value (${memory})`,
    );
  }
  if (secrets < 0)
    error("resources/secrets-negative", at("SecretsMB"), `SecretsMB value (${secrets}) cannot be negative`);
}

function checkDevices(resources: Fields, path: JobPath, error: Reporter): void {
  for (const [index, device] of indexed(resources, "Devices")) {
    const place: JobPath = [...path, "Devices", index];
    if (text(device, "Name") === "") {
      const words = "device name must be given as one of the following: type, vendor/type, or vendor/type/name";
      error("resources/device-name", place, words);
    }
    checkConstraints(device, place, "device", error);
    for (const [affinityIndex, affinity] of indexed(device, "Affinities")) {
      checkAffinity(affinity, [...place, "Affinities", affinityIndex], error);
    }
  }
}

function checkNuma(resources: Fields, path: JobPath, error: Reporter): void {
  const numa = block(resources, "NUMA");
  if (numa === undefined) return;
  const devices = new Set([...indexed(resources, "Devices")].map(([, device]) => text(device, "Name")));
  for (const [index, name] of texts(numa, "Devices").entries()) {
    if (devices.has(name)) continue;
    error(
      "resources/numa-device",
      [...path, "NUMA", "Devices", index],
      `numa device ${quote(name)} not requested as task resource`,
    );
  }
  if (!["none", "prefer", "require"].includes(text(numa, "Affinity"))) {
    error(
      "resources/numa-affinity",
      [...path, "NUMA", "Affinity"],
      "numa affinity must be one of none, prefer, or require",
    );
  }
}

/** `diskMB`: the allocation's disk, which holds the logs. */
export function checkLogs(logs: Fields, path: JobPath, diskMB: number, error: Reporter): void {
  const [files, size] = [amount(logs, "MaxFiles"), amount(logs, "MaxFileSizeMB")];
  if (files < 1) error("logs/files", [...path, "MaxFiles"], `minimum number of files is 1; got ${files}`);
  if (size < 1) error("logs/file-size", [...path, "MaxFileSizeMB"], `minimum file size is 1MB; got ${size}`);
  if (diskMB <= files * size) {
    error(
      "logs/storage",
      path,
      `log storage (${files * size} MB) must be less than requested disk capacity (${diskMB} MB)`,
    );
  }
}
