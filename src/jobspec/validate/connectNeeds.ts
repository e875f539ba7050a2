// What Consul Connect needs of a group: the right network, and a task behind each native service.
import { blocks, type Fields, text } from "../fields.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, PreparedTask } from "./context.ts";
import type { RuleCode } from "./rules.ts";

export interface ConnectProblem {
  readonly code: RuleCode;
  readonly path: JobPath;
  readonly message: string;
}

/** A group with Connect has exactly one network, in bridge or CNI mode (gateways: or host). */
export function networkModeProblem(
  { group, name, path }: PreparedGroup,
  prefix: string,
  allowed: "no host" | "host too",
): ConnectProblem | undefined {
  const networks = blocks(group, "Networks");
  const [network] = networks;
  if (network === undefined || networks.length !== 1) {
    const message = `${prefix}: must have exactly one network for Consul Connect: group "${name}" has ${networks.length} networks`;
    return { code: "service/connect-network-count", path: [...path, "Networks"], message };
  }
  const mode = text(network, "Mode");
  if (mode === "bridge" || mode.startsWith("cni/") || (allowed === "host too" && mode === "host")) return undefined;
  const modes = allowed === "host too" ? '"bridge", "host", or "cni/*"' : '"bridge" or "cni/*"';
  const message = `${prefix}: invalid network mode for Consul Connect: group "${name}" uses network mode "${mode}"; must be ${modes}`;
  return { code: "service/connect-network-mode", path: [...path, "Networks", 0, "Mode"], message };
}

/** The task behind a native service, or why it is not clear which one it is. */
export function nativeTask({ name, tasks }: PreparedGroup, service: Fields): PreparedTask | string {
  const serviceName = text(service, "Name");
  const taskName = text(service, "TaskName");
  const [only, ...others] = tasks;
  if (taskName === "") {
    if (only !== undefined && others.length === 0) return only;
    return `task for Consul Connect Native service ${name}->${serviceName} is ambiguous and must be set`;
  }
  const named = tasks.find((task) => task.name === taskName);
  return named ?? `task ${taskName} named by Consul Connect Native service ${name}->${serviceName} does not exist`;
}
