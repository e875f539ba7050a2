// Services and their checks.
import { connect } from "./connect.ts";
import { identityBody } from "./identity.ts";
import { attribute, block, body, STRING_LISTS, STRINGS, type BlockSchema } from "./types.ts";

const checkRestart = block(
  "check_restart",
  "CheckRestart",
  body("check_restart", () => [
    attribute("limit", "Limit", "int", "After how many failures in a row the task is restarted; 0 = never."),
    attribute("grace", "Grace", "duration?", "How long after a start failures do not count.", { default: '"1s"' }),
    attribute("ignore_warnings", "IgnoreWarnings", "bool", "Warnings do not count as failures."),
  ]),
  "Restarts the task when a check keeps failing.",
  { page: "check_restart" },
);

const check = block(
  "check",
  "Checks",
  body("check", () => [
    attribute("name", "Name", "string", "The check's name.", { default: '"service: <service> check"' }),
    attribute("type", "Type", "string", "How the service is asked.", { values: ["http", "tcp", "grpc", "script"] }),
    attribute("command", "Command", "string", "The program of a script check.", {
      drivers: { not: ["qemu"], why: "the driver cannot execute commands" },
    }),
    attribute("args", "Args", "list(string)", "The program's arguments."),
    attribute("path", "Path", "string", "The path of an HTTP check."),
    attribute("protocol", "Protocol", "string", "The protocol of an HTTP check.", {
      default: '"http"',
      values: ["http", "https"],
    }),
    attribute("port", "PortLabel", "string", "The port to ask; the service's own by default."),
    attribute("expose", "Expose", "bool", "Open the path past the service mesh.", { default: "false" }),
    attribute("address_mode", "AddressMode", "string", "Which address is asked.", {
      values: ["alloc", "driver", "host"],
    }),
    attribute("advertise", "Advertise", "string", "The address to advertise in place of the allocation's."),
    attribute("interval", "Interval", "duration", "How often, at least 1s."),
    attribute("timeout", "Timeout", "duration", "How long an answer may take, at least 1s."),
    attribute("initial_status", "InitialStatus", "string", "The state before the first answer.", {
      values: ["passing", "warning", "critical"],
    }),
    attribute("notes", "Notes", "string", "A note for people.", { since: "1.8.1" }),
    attribute("tls_server_name", "TLSServerName", "string", "The name for SNI.", { since: "1.6" }),
    attribute("tls_skip_verify", "TLSSkipVerify", "bool", "Do not check the TLS certificate.", { default: "false" }),
    block("header", "Header", STRING_LISTS, "HTTP headers; each value is a list.", { page: "check#header-block" }),
    attribute("method", "Method", "string", "The HTTP method.", { default: '"GET"' }),
    checkRestart,
    attribute("grpc_service", "GRPCService", "string", "The service that a gRPC check asks for."),
    attribute("grpc_use_tls", "GRPCUseTLS", "bool", "Use TLS for a gRPC check."),
    attribute("task", "TaskName", "string", "The task of a script check, for services of the group."),
    attribute("success_before_passing", "SuccessBeforePassing", "int", "Successes in a row until it passes.", {
      default: "0",
    }),
    attribute("failures_before_critical", "FailuresBeforeCritical", "int", "Failures in a row until it is critical.", {
      default: "0",
    }),
    attribute("failures_before_warning", "FailuresBeforeWarning", "int", "Failures in a row until it warns.", {
      default: "0",
      since: "1.7.3",
    }),
    attribute("body", "Body", "string", "The body of an HTTP check."),
    attribute("on_update", "OnUpdate", "string", "What the check's result means for a deployment.", {
      default: '"require_healthy"',
      values: ["require_healthy", "ignore_warnings", "ignore"],
    }),
  ]),
  "A health check of the service.",
  { occurs: "many", page: "check" },
);

export const service: BlockSchema = block(
  "service",
  "Services",
  body("service", () => [
    attribute("name", "Name", "string", "The name it is registered under.", {
      default: '"${JOB}-${TASKGROUP}-${TASK}"',
    }),
    attribute("tags", "Tags", "list(string)", "Tags of the service."),
    attribute("canary_tags", "CanaryTags", "list(string)", "Tags while the allocation is a canary."),
    attribute("enable_tag_override", "EnableTagOverride", "bool", "Other systems may change the tags in Consul."),
    attribute("port", "PortLabel", "string", "The label of a port, or a port number with address_mode `driver`."),
    attribute("address_mode", "AddressMode", "string", "Which address is registered.", {
      default: '"auto"',
      values: ["auto", "alloc", "alloc_ipv6", "driver", "host"],
    }),
    attribute("address", "Address", "string", "The address to register, instead of finding one."),
    check,
    checkRestart,
    connect,
    block("meta", "Meta", STRINGS, "Metadata of the service.", { page: "service#meta" }),
    block("canary_meta", "CanaryMeta", STRINGS, "Metadata while the allocation is a canary.", {
      page: "service#canary_meta",
    }),
    block("tagged_addresses", "TaggedAddresses", STRINGS, "Further addresses by name.", {
      page: "service#tagged_addresses",
    }),
    attribute("task", "TaskName", "string", "The task that the service is about, for services of the group."),
    attribute("on_update", "OnUpdate", "string", "What the checks' results mean for a deployment.", {
      default: '"require_healthy"',
      values: ["require_healthy", "ignore_warnings", "ignore"],
    }),
    block("identity", "Identity", identityBody, "The token that the service registers with in Consul.", {
      page: "identity",
      since: "1.7",
    }),
    block(
      "weights",
      "Weights",
      body("service", () => [
        attribute("passing", "Passing", "int", "Weight while passing.", { default: "1", page: "service#weights" }),
        attribute("warning", "Warning", "int", "Weight while warning.", { default: "1", page: "service#weights" }),
      ]),
      "Weights in DNS answers.",
      { page: "service#weights" },
    ),
    attribute("provider", "Provider", "string", "Where it is registered.", {
      default: '"consul"',
      values: ["consul", "nomad"],
      since: "1.3",
    }),
    attribute("cluster", "Cluster", "string", "Which of the agent's Consul clusters to use.", {
      default: '"default"',
      since: "1.7",
      enterprise: true,
    }),
    attribute("kind", "Kind", "string", "The service's kind for Consul's API gateway.", { since: "1.10.3" }),
  ]),
  "Registers the group or task as a service.",
  { occurs: "many", page: "service" },
);
