// One service, wherever it stands. Source: Nomad nomad/structs/services.go, Service.Validate.
import { block, type Fields, flag, indexed, isFields, isSet, text, texts } from "../fields.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import { consulCheckProblems, nomadCheckProblems, requiresPort } from "./checks.ts";
import type { Reporter } from "./context.ts";
import { gatewayProblem, transparentProxyProblems } from "./gateways.ts";

const NAME = /^(?:[a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])$/i;
const KINDS = ["", "api-gateway", "ingress-gateway", "mesh-gateway", "terminating-gateway"];

/** Checks a service; returns whether nothing was wrong with it. */
export function checkService(service: Fields, path: JobPath, error: Reporter): boolean {
  let fine = true;
  const report: Reporter = (code, place, message) => {
    fine = false;
    error(code, place, message);
  };
  const name = text(service, "Name");
  if (!NAME.test(name.replace(/\$\{[a-zA-Z0-9_\-.]+\}/g, "ENV-VAR"))) {
    const words =
      "Service name must be valid per RFC 1123 and can contain only alphanumeric characters or dashes and must be no longer than 63 characters";
    report("service/name", [...path, "Name"], `${words}: ${quote(name)}`);
  }
  checkModes(service, path, report);
  const provider = text(service, "Provider");
  if (provider === "consul") checkConsulService(service, path, report);
  else if (provider === "nomad") checkNomadService(service, path, report);
  else {
    report(
      "service/provider",
      [...path, "Provider"],
      `Service provider must be "consul", or "nomad"; not ${quote(provider)}`,
    );
  }
  const identity = block(service, "Identity");
  if (identity !== undefined && texts(identity, "Audience").length === 0) {
    report(
      "service/identity-audience",
      [...path, "Identity"],
      "Service identity must provide at least one target aud value",
    );
  }
  return fine;
}

function checkModes(service: Fields, path: JobPath, error: Reporter): void {
  const mode = text(service, "AddressMode");
  const update = text(service, "OnUpdate");
  const place: JobPath = [...path, "AddressMode"];
  if (["host", "driver", "alloc", "alloc_ipv6"].includes(mode)) {
    if (text(service, "Address") !== "") {
      error("service/address-mode-address", place, 'Service address_mode must be "auto" if address is set');
    }
  } else if (mode !== "" && mode !== "auto") {
    error(
      "service/address-mode",
      place,
      `Service address_mode must be "auto", "host", or "driver"; not ${quote(mode)}`,
    );
  }
  if (!["", "ignore", "require_healthy", "ignore_warnings"].includes(update)) {
    const words = `Service on_update must be "require_healthy", "ignore_warnings", or "ignore"; not ${quote(update)}`;
    error("service/on-update", [...path, "OnUpdate"], words);
  }
}

/** True when the check has a port or needs none. */
function checkPort(service: Fields, check: Fields, path: JobPath, error: Reporter): boolean {
  if (text(service, "PortLabel") !== "" || text(check, "PortLabel") !== "" || !requiresPort(check)) return true;
  const words = `check requires a port but neither check nor service ${quote(text(service, "Name"))} have a port`;
  error("check/port-missing", path, `Check ${text(check, "Name")} invalid: ${words}`);
  return false;
}

function checkConsulService(service: Fields, path: JobPath, error: Reporter): void {
  const connect = block(service, "Connect");
  const hasSidecar = connect !== undefined && isFields(connect["SidecarService"]);
  for (const [index, check] of indexed(service, "Checks")) {
    const place: JobPath = [...path, "Checks", index];
    const name = text(check, "Name");
    if (!checkPort(service, check, place, error)) continue;
    if (text(check, "Type") === "tcp" && hasSidecar) {
      error("check/connect-tcp", place, `Check ${name} invalid: tcp checks are not valid for Connect enabled services`);
      continue;
    }
    for (const problem of consulCheckProblems(check))
      error(problem.code, [...place, problem.field], `Check ${name} invalid: ${problem.message}`);
  }
  const name = text(service, "Name");
  if (!KINDS.includes(text(service, "Kind"))) {
    error("service/kind", [...path, "Kind"], `Service ${name} kind must be one of consul service kind or empty`);
  }
  if (connect === undefined) return;
  checkConnectBlock(connect, [...path, "Connect"], error);
  if (!flag(connect, "Native")) return;
  if (text(service, "TaskName") === "") {
    error("service/connect-native-task", path, `Service ${name} is Connect Native and requires setting the task`);
  }
  if (text(service, "PortLabel") === "") {
    error("service/connect-native-port", path, `Service ${name} is Connect Native and requires setting the port`);
  }
}

function checkConnectBlock(connect: Fields, path: JobPath, error: Reporter): void {
  const sidecar = block(connect, "SidecarService");
  const gateway = block(connect, "Gateway");
  const proxy = block(block(sidecar ?? {}, "Proxy") ?? {}, "TransparentProxy");
  const problems = proxy === undefined ? [] : transparentProxyProblems(proxy);
  if (problems.length > 0) {
    const place: JobPath = [...path, "SidecarService", "Proxy", "TransparentProxy"];
    for (const message of problems) error("service/connect-transparent-proxy", place, message);
    return;
  }
  const kinds = [sidecar !== undefined, flag(connect, "Native"), gateway !== undefined].filter(Boolean).length;
  if (kinds !== 1) {
    const words = "Consul Connect must be exclusively native, make use of a sidecar, or represent a Gateway";
    error("service/connect-exclusive", path, words);
    return;
  }
  const message = gateway === undefined ? undefined : gatewayProblem(gateway);
  if (message !== undefined) error("service/connect-gateway", [...path, "Gateway"], message);
}

function checkNomadService(service: Fields, path: JobPath, error: Reporter): void {
  for (const [index, check] of indexed(service, "Checks")) {
    const place: JobPath = [...path, "Checks", index];
    if (!checkPort(service, check, place, error)) continue;
    for (const problem of nomadCheckProblems(check)) error(problem.code, [...place, problem.field], problem.message);
  }
  if (isSet(service, "Connect")) {
    error("service/nomad-connect", [...path, "Connect"], "Service with provider nomad cannot include Connect blocks");
  }
}
