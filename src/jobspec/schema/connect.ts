// Consul service mesh: connect and what stands below it.
import { gateway } from "./gateway.ts";
import { logs, resources } from "./resources.ts";
import { volumeMount } from "./files.ts";
import { identity } from "./identity.ts";
import { attribute, block, body, constant, FREE, STRINGS, type BlockSchema } from "./types.ts";

const upstreams = block(
  "upstreams",
  "Upstreams",
  body("upstreams", () => [
    attribute("destination_name", "DestinationName", "string", "The service to reach."),
    attribute("destination_namespace", "DestinationNamespace", "string", "Its Consul namespace."),
    attribute("destination_peer", "DestinationPeer", "string", "Its cluster peer.", { since: "1.6.2" }),
    attribute("destination_partition", "DestinationPartition", "string", "Its admin partition."),
    attribute("destination_type", "DestinationType", "string", "A service or a prepared query.", {
      values: ["service", "prepared_query"],
      since: "1.6.2",
    }),
    attribute("local_bind_port", "LocalBindPort", "int", "The local port that leads to it."),
    attribute("datacenter", "Datacenter", "string", "Its datacenter."),
    attribute("local_bind_address", "LocalBindAddress", "string", "The local address that leads to it."),
    attribute("local_bind_socket_path", "LocalBindSocketPath", "string", "A local socket that leads to it.", {
      since: "1.6.2",
    }),
    attribute("local_bind_socket_mode", "LocalBindSocketMode", "string", "Octal mode of that socket.", {
      since: "1.6.2",
    }),
    block(
      "mesh_gateway",
      "MeshGateway",
      body("upstreams", () => [
        attribute("mode", "Mode", "string", "Which mesh gateway is used.", {
          values: ["local", "remote", "none"],
          page: "upstreams#mesh_gateway",
        }),
      ]),
      "How mesh gateways are used for it.",
      { page: "upstreams#mesh_gateway" },
    ),
    block("config", "Config", FREE, "Settings for Envoy.", { page: "upstreams#config", since: "1.5" }),
  ]),
  "A service that the sidecar makes reachable on a local port.",
  { occurs: "many", page: "upstreams" },
);

const expose = block(
  "expose",
  "Expose",
  body("expose", () => [
    block(
      "path",
      "Paths",
      body("expose", () => [
        attribute("path", "Path", "string", "The HTTP path.", { page: "expose#path-parameters" }),
        attribute("protocol", "Protocol", "string", "http or http2.", {
          values: ["http", "http2"],
          page: "expose#path-parameters",
        }),
        attribute("local_path_port", "LocalPathPort", "int", "The port the service listens on.", {
          page: "expose#path-parameters",
        }),
        attribute("listener_port", "ListenerPort", "string", "The label of the port to open.", {
          page: "expose#path-parameters",
        }),
      ]),
      "A path to open.",
      { occurs: "many", page: "expose#path-parameters" },
    ),
    constant("Path", null, "any"),
  ]),
  "Paths that are open past the mesh.",
  { page: "expose" },
);

const transparentProxy = block(
  "transparent_proxy",
  "TransparentProxy",
  body("transparent_proxy", () => [
    attribute("uid", "UID", "string", "The user id of Envoy, which is not redirected.", { default: '"101"' }),
    attribute("outbound_port", "OutboundPort", "uint16", "Envoy's port for outgoing traffic.", { default: "15001" }),
    attribute("exclude_inbound_ports", "ExcludeInboundPorts", "list(string)", "Ports that are not redirected inwards."),
    attribute(
      "exclude_outbound_ports",
      "ExcludeOutboundPorts",
      "list(uint16)",
      "Ports that are not redirected outwards.",
    ),
    attribute(
      "exclude_outbound_cidrs",
      "ExcludeOutboundCIDRs",
      "list(string)",
      "Address blocks that are not redirected.",
    ),
    attribute("exclude_uids", "ExcludeUIDs", "list(string)", "User ids whose traffic is not redirected."),
    attribute("no_dns", "NoDNS", "bool", "Do not send DNS to Consul."),
  ]),
  "Sends the group's traffic through the mesh without configuration of upstreams.",
  { page: "transparent_proxy", since: "1.8" },
);

const proxy = block(
  "proxy",
  "Proxy",
  body("proxy", () => [
    attribute("local_service_address", "LocalServiceAddress", "string", "The address the service listens on.", {
      default: '"127.0.0.1"',
    }),
    attribute("local_service_port", "LocalServicePort", "int", "The port the service listens on."),
    expose,
    constant("ExposeConfig", null, "object"),
    upstreams,
    transparentProxy,
    block("config", "Config", FREE, "Settings for Envoy.", { page: "proxy#config" }),
  ]),
  "The sidecar's proxy.",
  { page: "proxy" },
);

const sidecarService = block(
  "sidecar_service",
  "SidecarService",
  body("sidecar_service", () => [
    attribute("tags", "Tags", "list(string)", "Tags of the sidecar's service."),
    attribute("port", "Port", "string", "The port of the sidecar."),
    proxy,
    attribute("disable_default_tcp_check", "DisableDefaultTCPCheck", "bool", "Do not check the sidecar's port."),
    block("meta", "Meta", STRINGS, "Metadata of the sidecar's service.", { page: "sidecar_service#meta" }),
  ]),
  "Adds a sidecar proxy to the group.",
  { page: "sidecar_service" },
);

const sidecarTask = block(
  "sidecar_task",
  "SidecarTask",
  body("sidecar_task", () => [
    attribute("name", "Name", "string", "The sidecar task's name."),
    attribute("driver", "Driver", "string", "The sidecar task's driver.", { default: '"docker"' }),
    attribute("user", "User", "string", "The user it runs as."),
    block("config", "Config", FREE, "The driver's settings.", { page: "sidecar_task#config", driverConfig: true }),
    block("env", "Env", STRINGS, "Its environment.", { page: "sidecar_task#env" }),
    resources,
    block("meta", "Meta", STRINGS, "Its metadata.", { page: "sidecar_task#meta" }),
    attribute("kill_timeout", "KillTimeout", "duration?", "How long it may take to stop.", { default: '"5s"' }),
    logs,
    attribute("shutdown_delay", "ShutdownDelay", "duration?", "How long to wait before it is stopped."),
    attribute("kill_signal", "KillSignal", "string", "The signal that stops it."),
    volumeMount,
    identity,
  ]),
  "Settings of the task that Nomad adds for the sidecar or gateway.",
  { page: "sidecar_task" },
);

export const connect: BlockSchema = block(
  "connect",
  "Connect",
  body("connect", () => [
    attribute("native", "Native", "bool", "The service speaks to the mesh itself."),
    gateway,
    sidecarService,
    sidecarTask,
  ]),
  "Makes the service part of Consul's service mesh.",
  { page: "connect" },
);
