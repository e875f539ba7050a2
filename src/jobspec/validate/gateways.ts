// Consul's gateways and transparent proxies: the first problem, as Nomad reports it.
// Source: Nomad nomad/structs/services.go and connect.go.
import { isIP } from "node:net";
import { amount, block, blocks, type Fields, isFields, isSet, text, texts } from "../fields.ts";
import { quote } from "../goText.ts";

const PROTOCOLS = ["tcp", "http", "http2", "grpc"];

export function gatewayProblem(gateway: Fields): string | undefined {
  const proxy = block(gateway, "Proxy");
  const ingress = block(gateway, "Ingress");
  const terminating = block(gateway, "Terminating");
  const problem =
    (proxy && proxyProblem(proxy)) ??
    (ingress && ingressProblem(ingress)) ??
    (terminating && terminatingProblem(terminating));
  if (problem !== undefined) return problem;
  const kinds = ["Ingress", "Terminating", "Mesh"].filter((name) => isSet(gateway, name)).length;
  return kinds === 1 ? undefined : "One Consul Gateway Configuration must be set";
}

function proxyProblem(proxy: Fields): string | undefined {
  const discovery = text(proxy, "EnvoyDNSDiscoveryType");
  if (!["", "STRICT_DNS", "LOGICAL_DNS"].includes(discovery)) {
    return "Consul Gateway Proxy Envoy DNS Discovery type must be STRICT_DNS or LOGICAL_DNS";
  }
  for (const address of Object.values(block(proxy, "EnvoyGatewayBindAddresses") ?? {})) {
    if (!isFields(address)) continue;
    if (text(address, "Address") === "") return "Consul Gateway Bind Address must be set";
    const port = amount(address, "Port");
    if (port <= 0 && port !== -1) return "Consul Gateway Bind Address must set valid Port";
  }
  return undefined;
}

function ingressProblem(ingress: Fields): string | undefined {
  const listeners = blocks(ingress, "Listeners");
  if (listeners.length === 0) return "Consul Ingress Gateway requires at least one listener";
  for (const listener of listeners) {
    const problem = listenerProblem(listener);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function listenerProblem(listener: Fields): string | undefined {
  const protocol = text(listener, "Protocol");
  const services = blocks(listener, "Services");
  if (amount(listener, "Port") <= 0) return "Consul Ingress Listener requires valid Port";
  if (!PROTOCOLS.includes(protocol)) {
    return `Consul Ingress Listener requires protocol of ${PROTOCOLS.join(", ")}, got ${quote(protocol)}`;
  }
  if (services.length === 0) return "Consul Ingress Listener requires one or more services";
  for (const service of services) {
    const problem = ingressServiceProblem(service, protocol);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function ingressServiceProblem(service: Fields, protocol: string): string | undefined {
  const name = text(service, "Name");
  const hasHosts = texts(service, "Hosts").length > 0;
  if (name === "") return "Consul Ingress Service requires a name";
  if (protocol !== "tcp") {
    return name === "*" && hasHosts
      ? 'Consul Ingress Service with a wildcard "*" service name can not also specify hosts'
      : undefined;
  }
  if (name === "*") return 'Consul Ingress Service doesn\'t support wildcard name for "tcp" protocol';
  return hasHosts
    ? 'Consul Ingress Service doesn\'t support associating hosts to a service for the "tcp" protocol'
    : undefined;
}

function terminatingProblem(terminating: Fields): string | undefined {
  const services = blocks(terminating, "Services");
  if (services.length === 0) return "Consul Terminating Gateway requires at least one service";
  for (const service of services) {
    const [ca, cert, key, sni] = ["CAFile", "CertFile", "KeyFile", "SNI"].map((name) => text(service, name) !== "");
    if (text(service, "Name") === "") return "Consul Linked Service requires Name";
    if ((cert === true || key === true) && ca !== true) return "Consul Linked Service TLS requires CAFile";
    if (cert !== key) return "Consul Linked Service TLS Cert and Key must both be set";
    if (sni === true && ca !== true) return "Consul Linked Service TLS SNI requires CAFile";
  }
  return undefined;
}

/** Every problem of a transparent proxy's own settings. */
export function transparentProxyProblems(proxy: Fields): string[] {
  const problems: string[] = [];
  for (const range of texts(proxy, "ExcludeOutboundCIDRs")) {
    if (!isNetworkPrefix(range)) {
      problems.push(`could not parse transparent proxy excluded outbound CIDR as network prefix: ${quote(range)}`);
    }
  }
  const own = text(proxy, "UID");
  if (own !== "" && !isUserId(own))
    problems.push(`transparent proxy block has invalid UID field: invalid user ID ${quote(own)}`);
  for (const id of texts(proxy, "ExcludeUIDs")) {
    if (!isUserId(id))
      problems.push(`transparent proxy block has invalid ExcludeUIDs field: invalid user ID ${quote(id)}`);
  }
  return problems;
}

const isUserId = (value: string): boolean => /^[0-9]+$/.test(value) && Number(value) <= 65_535;

function isNetworkPrefix(value: string): boolean {
  const slash = value.lastIndexOf("/");
  const bits = value.slice(slash + 1);
  const family = slash < 0 ? 0 : isIP(value.slice(0, slash));
  return family !== 0 && /^(?:0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
