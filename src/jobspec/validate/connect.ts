// Consul Connect: the network it needs, upstreams, transparent proxies, gateways, exposed checks.
// Source: Nomad nomad/job_endpoint_hook_connect.go, job_endpoint_hook_expose_check.go, nomad/structs/services.go, connect.go.
import { amount, block, blocks, type Fields, flag, indexed, isFields, isSet, text, texts } from "../fields.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, Validation } from "./context.ts";
import { nativeTask, networkModeProblem, type ConnectProblem } from "./connectNeeds.ts";

/** The first problem of all groups, as the server reports only that one. */
export function checkConnect({ groups, error }: Validation): void {
  for (const prepared of groups) {
    const problem = groupProblem(prepared);
    if (problem !== undefined) {
      error(problem.code, problem.path, problem.message);
      return;
    }
  }
}

const sidecarOf = (service: Fields): Fields | undefined => block(block(service, "Connect") ?? {}, "SidecarService");

function groupProblem(prepared: PreparedGroup): ConnectProblem | undefined {
  for (const [index, service] of indexed(prepared.group, "Services")) {
    const connect = block(service, "Connect");
    if (connect === undefined) continue;
    const path: JobPath = [...prepared.path, "Services", index];
    let problem: ConnectProblem | undefined;
    if (isFields(connect["SidecarService"])) {
      problem = networkModeProblem(prepared, "connect sidecar", "no host") ?? upperCaseProblem(prepared, service, path);
    } else if (flag(connect, "Native")) {
      const found = nativeTask(prepared, service);
      if (typeof found === "string") {
        problem = { code: "service/connect-native-task", path: [...path, "TaskName"], message: found };
      }
    } else if (isFields(connect["Gateway"])) {
      problem = networkModeProblem(prepared, "connect gateway", "host too");
    }
    if (problem !== undefined) return problem;
  }
  return upstreamProblem(prepared);
}

function upperCaseProblem(prepared: PreparedGroup, service: Fields, path: JobPath): ConnectProblem | undefined {
  const serviceName = text(service, "Name");
  const code = "service/connect-upper-case";
  if (serviceName !== serviceName.toLowerCase()) {
    const message = `Consul Connect service name "${serviceName}" in group "${prepared.name}" must not contain uppercase characters`;
    return { code, path: [...path, "Name"], message };
  }
  if (prepared.name !== prepared.name.toLowerCase()) {
    const message = `Consul Connect group "${prepared.name}" with service "${serviceName}" must not contain uppercase characters`;
    return { code, path: [...prepared.path, "Name"], message };
  }
  return undefined;
}

function upstreamProblem(prepared: PreparedGroup): ConnectProblem | undefined {
  const listeners = new Map<string, string>();
  let connectBlocks = 0;
  let transparent: JobPath | undefined;
  for (const [index, service] of indexed(prepared.group, "Services")) {
    if (isSet(service, "Connect")) connectBlocks++;
    const proxy = block(sidecarOf(service) ?? {}, "Proxy");
    if (proxy === undefined) continue;
    const path: JobPath = [...prepared.path, "Services", index, "Connect", "SidecarService", "Proxy"];
    for (const [upstreamIndex, upstream] of indexed(proxy, "Upstreams")) {
      const listener = upstreamAddress(upstream);
      const other = listeners.get(listener);
      if (other !== undefined) {
        const message = `Consul Connect services "${text(service, "Name")}" and "${other}" in group "${prepared.name}" using same address for upstreams (${listener})`;
        return { code: "service/connect-upstream-address", path: [...path, "Upstreams", upstreamIndex], message };
      }
      listeners.set(listener, text(service, "Name"));
    }
    const transparentProxy = block(proxy, "TransparentProxy");
    if (transparentProxy === undefined) continue;
    transparent ??= [...path, "TransparentProxy"];
    const problem = transparentProblem(prepared, transparentProxy, [...path, "TransparentProxy"]);
    if (problem !== undefined) return problem;
  }
  if (transparent !== undefined && connectBlocks > 1) {
    const message = "Consul Connect transparent proxy requires there is only one connect block";
    return { code: "service/connect-proxy-single", path: transparent, message };
  }
  return undefined;
}

function upstreamAddress(upstream: Fields): string {
  const socket = text(upstream, "LocalBindSocketPath");
  if (socket !== "") return socket;
  const address = text(upstream, "LocalBindAddress");
  const host = address.includes(":") ? `[${address}]` : address;
  return `${host}:${amount(upstream, "LocalBindPort")}`;
}

function transparentProblem({ group }: PreparedGroup, proxy: Fields, path: JobPath): ConnectProblem | undefined {
  const networks = blocks(group, "Networks");
  const hasDns = networks.some((network) => {
    const dns = block(network, "DNS");
    return dns !== undefined && ["Servers", "Searches", "Options"].some((name) => texts(dns, name).length > 0);
  });
  if (hasDns && !flag(proxy, "NoDNS")) {
    const message = "Consul Connect transparent proxy cannot be used with network.dns unless no_dns=true";
    return { code: "service/connect-proxy-dns", path, message };
  }
  const labels = networks.flatMap((network) => blocks(network, "ReservedPorts").map((port) => text(port, "Label")));
  for (const [index, port] of texts(proxy, "ExcludeInboundPorts").entries()) {
    if ((/^[0-9]+$/.test(port) && Number(port) <= 65535) || labels.includes(port)) continue;
    const message = `Consul Connect transparent proxy port "${port}" must be numeric or one of network.port labels`;
    return { code: "service/connect-proxy-port", path: [...path, "ExcludeInboundPorts", index], message };
  }
  return undefined;
}

/** Checks that a sidecar exposes: the first problem of all groups. */
export function checkExposed({ groups, error }: Validation): void {
  for (const prepared of groups) {
    const problem = exposeProblem(prepared);
    if (problem !== undefined) {
      error(problem.code, problem.path, problem.message);
      return;
    }
  }
}

function exposeProblem(prepared: PreparedGroup): ConnectProblem | undefined {
  const { group, name, path, tasks } = prepared;
  const exposes = blocks(group, "Services").some((service) =>
    blocks(service, "Checks").some((check) => flag(check, "Expose")),
  );
  const mode = exposes ? networkModeProblem(prepared, "connect expose check", "no host") : undefined;
  if (mode !== undefined) return mode;
  for (const [index, service] of indexed(group, "Services")) {
    for (const [checkIndex, check] of indexed(service, "Checks")) {
      if (!flag(check, "Expose") || sidecarOf(service) !== undefined) continue;
      const message = `exposed service check ${name}->${text(service, "Name")}->${text(check, "Name")} requires use of sidecar_proxy`;
      return {
        code: "check/expose-sidecar",
        path: [...path, "Services", index, "Checks", checkIndex, "Expose"],
        message,
      };
    }
  }
  for (const { task, name: taskName, path: taskPath } of tasks) {
    for (const [index, service] of indexed(task, "Services")) {
      for (const [checkIndex, check] of indexed(service, "Checks")) {
        if (!flag(check, "Expose")) continue;
        const message = `exposed service check ${name}[${taskName}]->${text(service, "Name")}->${text(check, "Name")} is not a task-group service`;
        return {
          code: "check/expose-task",
          path: [...taskPath, "Services", index, "Checks", checkIndex, "Expose"],
          message,
        };
      }
    }
  }
  return undefined;
}
