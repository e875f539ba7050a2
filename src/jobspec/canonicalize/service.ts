// Fills in a service with its checks and its place in the service mesh. Source: Nomad api/services.go, api/consul.go.
import { LOG_CONFIG, NO_LOG_CONFIG, NO_RESOURCES, VOLUME_MOUNT } from "./defaults.ts";
import { block, blocks, copy, dropEmpty, isFields, SECOND, setDefaults, setEmpty, type Fields } from "../fields.ts";
import { canonicalizeResources } from "./resources.ts";

/** `defaultName` is `<job>-<group>` for a group's service, `<job>-<group>-<task>` for a task's. */
export function canonicalizeService(service: Fields, defaultName: string): void {
  setEmpty(service, {
    Name: defaultName,
    AddressMode: "auto",
    OnUpdate: "require_healthy",
    Provider: "consul",
    Cluster: "default",
  });
  dropEmpty(service, ["Meta", "CanaryMeta", "TaggedAddresses"]);
  const connect = block(service, "Connect");
  if (connect !== undefined) canonicalizeConnect(connect);
  const weights = block(service, "Weights");
  if (weights !== undefined) {
    for (const name of ["Passing", "Warning"]) {
      if (!(Number(weights[name]) > 0)) weights[name] = 1;
    }
  }
  for (const check of blocks(service, "Checks")) canonicalizeCheck(check, service);
}

function canonicalizeCheck(check: Fields, service: Fields): void {
  const restart = mergeCheckRestart(block(service, "CheckRestart"), block(check, "CheckRestart"));
  check["CheckRestart"] = restart;
  if (restart !== null) restart["Grace"] ??= SECOND;
  for (const name of ["SuccessBeforePassing", "FailuresBeforeCritical", "FailuresBeforeWarning"]) {
    if (Number(check[name]) < 0) check[name] = 0;
  }
  setEmpty(check, { OnUpdate: service["OnUpdate"] as string });
}

function mergeCheckRestart(inherited: Fields | undefined, own: Fields | undefined): Fields | null {
  if (inherited === undefined) return own ?? null;
  const result = copy(inherited);
  if (own === undefined) return result;
  if (Number(own["Limit"]) > 0) result["Limit"] = own["Limit"];
  if (own["Grace"] !== null && own["Grace"] !== undefined) result["Grace"] = own["Grace"];
  if (own["IgnoreWarnings"] === true) result["IgnoreWarnings"] = true;
  return result;
}

function canonicalizeConnect(connect: Fields): void {
  const sidecar = block(connect, "SidecarService");
  if (sidecar !== undefined) {
    dropEmpty(sidecar, ["Tags", "Meta"]);
    const proxy = block(sidecar, "Proxy");
    if (proxy !== undefined) canonicalizeProxy(proxy);
  }
  const task = block(connect, "SidecarTask");
  if (task !== undefined) canonicalizeSidecarTask(task);
  const gateway = block(connect, "Gateway");
  if (gateway !== undefined) canonicalizeGateway(gateway);
}

function canonicalizeSidecarTask(task: Fields): void {
  dropEmpty(task, ["Config", "Env", "Meta"]);
  if (!isFields(task["Resources"])) task["Resources"] = copy(NO_RESOURCES);
  canonicalizeResources(task["Resources"] as Fields);
  if (!isFields(task["LogConfig"])) task["LogConfig"] = copy(NO_LOG_CONFIG);
  setDefaults(task["LogConfig"] as Fields, LOG_CONFIG);
  setDefaults(task, { KillTimeout: 5 * SECOND, ShutdownDelay: 0 });
  for (const mount of blocks(task, "VolumeMounts")) setDefaults(mount, VOLUME_MOUNT);
}

function canonicalizeProxy(proxy: Fields): void {
  const expose = block(proxy, "Expose");
  if (expose !== undefined) dropEmpty(expose, ["Paths", "Path"]);
  dropEmpty(proxy, ["Upstreams", "Config"]);
  const transparent = block(proxy, "TransparentProxy");
  if (transparent !== undefined) {
    dropEmpty(transparent, ["ExcludeInboundPorts", "ExcludeOutboundCIDRs", "ExcludeOutboundPorts", "ExcludeUIDs"]);
  }
  for (const upstream of blocks(proxy, "Upstreams")) dropEmpty(upstream, ["Config"]);
}

function canonicalizeGateway(gateway: Fields): void {
  const proxy = block(gateway, "Proxy");
  if (proxy !== undefined) {
    setDefaults(proxy, { ConnectTimeout: 5 * SECOND });
    dropEmpty(proxy, ["EnvoyGatewayBindAddresses", "Config"]);
  }
  const ingress = block(gateway, "Ingress");
  if (ingress !== undefined) {
    dropEmpty(ingress, ["Listeners"]);
    for (const listener of blocks(ingress, "Listeners")) {
      setEmpty(listener, { Protocol: "tcp" });
      dropEmpty(listener, ["Services"]);
    }
  }
  const terminating = block(gateway, "Terminating");
  if (terminating !== undefined) dropEmpty(terminating, ["Services"]);
}
