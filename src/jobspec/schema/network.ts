// Networks and ports: of a group, and the deprecated ones of a task's resources.
import { attribute, block, body, label, type BlockSchema, type BodySchema } from "./types.ts";

const portBody: BodySchema = body("network", () => [
  attribute("static", "Value", "int", "The host port; left out, Nomad picks one from 20000 to 32000.", {
    page: "network#static",
  }),
  attribute("to", "To", "int", "The port inside the group's network; -1 is the host port itself.", {
    page: "network#to",
  }),
  attribute("host_network", "HostNetwork", "string", "The client's host network that the port is opened on.", {
    page: "network#host_network",
    default: '"default"',
    since: "0.12",
  }),
  attribute(
    "ignore_collision",
    "IgnoreCollision",
    "bool",
    "Several allocations may hold this static port on one node.",
    {
      page: "network#ignore_collision",
    },
  ),
]);

const portLabel = [
  label("label", "Label", "The port's name; it appears in NOMAD_PORT_<label> and friends.", { tag: "" }),
];

const networkBody: BodySchema = body(
  "network",
  () => [
    attribute("mode", "Mode", "string", "What network the tasks of the group share.", {
      default: '"host"',
      values: ["host", "bridge", "none"],
      examples: ["cni/mynet"],
    }),
    attribute("device", "Device", "string", "A network device; the scheduler ignores it.", {
      deprecated: { since: "0.12", use: "`host_network` of a port" },
    }),
    attribute("cidr", "CIDR", "string", "An address block; the scheduler ignores it.", {
      deprecated: { since: "0.12", use: "`host_network` of a port" },
    }),
    attribute("ip", "IP", "string", "An address; the scheduler ignores it.", {
      deprecated: { since: "0.12", use: "`host_network` of a port" },
    }),
    block(
      "dns",
      "DNS",
      body("network", () => [
        attribute("servers", "Servers", "list(string)", "Name servers; QEMU's user network gets only the first.", {
          page: "network#servers",
        }),
        attribute("searches", "Searches", "list(string)", "Search domains.", { page: "network#searches" }),
        attribute("options", "Options", "list(string)", "Resolver options.", { page: "network#options" }),
      ]),
      "How names are resolved inside the network.",
      { page: "network#dns-parameters" },
    ),
    block(
      "reserved_ports",
      "ReservedPorts",
      portBody,
      "A port of the time before 0.12; dropped when there is a `port`.",
      {
        labels: portLabel,
        occurs: "many",
        page: "network#port-parameters",
        deprecated: { since: "0.12", use: "`port` with `static`" },
      },
    ),
    block("port", "DynamicPorts", portBody, "A port on the host, static or chosen by Nomad.", {
      labels: portLabel,
      occurs: "many",
      page: "network#port-parameters",
    }),
    attribute(
      "hostname",
      "Hostname",
      "string",
      "The host name inside the network; the qemu driver does not support it.",
      {
        drivers: { not: ["qemu"], why: "allocations with it fail" },
      },
    ),
    attribute("mbits", "MBits", "int?", "Bandwidth; Nomad ignores it.", {
      deprecated: { since: "0.12", use: "nothing: bandwidth is not scheduled any more" },
    }),
    block(
      "cni",
      "CNI",
      body("network", () => [
        attribute("args", "Args", "map(string)", "Arguments for the CNI plugins.", { page: "network#args" }),
      ]),
      "Settings for a CNI network.",
      { page: "network#cni-parameters", since: "1.8.2" },
    ),
  ],
  "network",
);

export const network: BlockSchema = block(
  "network",
  "Networks",
  networkBody,
  "The network that the group's tasks share, with its ports. Only the first one counts.",
  { occurs: "many", page: "network" },
);

export const taskNetwork: BlockSchema = block(
  "network",
  "Networks",
  networkBody,
  "A task's own network. Deprecated, and the only one that `port_map` of the qemu driver reads.",
  {
    occurs: "many",
    page: "network",
    deprecated: { since: "0.12", use: "`network` of the group (but see `port_map` of the qemu driver)" },
  },
);
