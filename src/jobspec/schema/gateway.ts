// Consul gateways: the tree below connect.gateway.
import { attribute, block, body, FREE, label, STRINGS, type BlockSchema } from "./types.ts";

const page = "gateway";

const gatewayProxy = block(
  "proxy",
  "Proxy",
  body(page, () => [
    attribute("connect_timeout", "ConnectTimeout", "duration?", "How long Envoy may take to connect.", {
      default: '"5s"',
    }),
    attribute(
      "envoy_gateway_bind_tagged_addresses",
      "EnvoyGatewayBindTaggedAddresses",
      "bool",
      "Also bind to the tagged addresses.",
    ),
    block(
      "envoy_gateway_bind_addresses",
      "EnvoyGatewayBindAddresses",
      body(page, () => [
        attribute("address", "Address", "string", "The address."),
        attribute("port", "Port", "int", "The port."),
      ]),
      "A further address that Envoy listens on.",
      { labels: [label("name", "Name", "The listener's name.", { tag: "" })], occurs: "by-label" },
    ),
    attribute(
      "envoy_gateway_no_default_bind",
      "EnvoyGatewayNoDefaultBind",
      "bool",
      "Do not bind to the service's address.",
    ),
    attribute("envoy_dns_discovery_type", "EnvoyDNSDiscoveryType", "string", "How Envoy resolves names.", {
      values: ["STRICT_DNS", "LOGICAL_DNS"],
    }),
    block("config", "Config", FREE, "Settings for Envoy."),
  ]),
  "The gateway's proxy.",
);

const tls = block(
  "tls",
  "TLS",
  body(page, () => [
    attribute("enabled", "Enabled", "bool", "Listen with TLS."),
    attribute("tls_min_version", "TLSMinVersion", "string", "The oldest TLS version."),
    attribute("tls_max_version", "TLSMaxVersion", "string", "The newest TLS version."),
    attribute("cipher_suites", "CipherSuites", "list(string)", "The cipher suites allowed."),
    block(
      "sds",
      "SDS",
      body(page, () => [
        attribute("cluster_name", "ClusterName", "string", "The SDS cluster."),
        attribute("cert_resource", "CertResource", "string", "The SDS resource."),
      ]),
      "Certificates from a secret discovery service.",
    ),
  ]),
  "TLS of the listeners.",
);

const headerBody = body(page, () => [
  block("add", "Add", STRINGS, "Headers to add."),
  block("set", "Set", STRINGS, "Headers to set."),
  attribute("remove", "Remove", "list(string)", "Headers to remove."),
]);

const ingressService = block(
  "service",
  "Services",
  body(page, () => [
    attribute("name", "Name", "string", "The service; `*` is any."),
    attribute("hosts", "Hosts", "list(string)", "Host names that lead to it."),
    tls,
    block("request_headers", "RequestHeaders", headerBody, "Changes of the request's headers."),
    block("response_headers", "ResponseHeaders", headerBody, "Changes of the answer's headers."),
    attribute("max_connections", "MaxConnections", "uint32?", "The most connections."),
    attribute("max_pending_requests", "MaxPendingRequests", "uint32?", "The most waiting requests."),
    attribute("max_concurrent_requests", "MaxConcurrentRequests", "uint32?", "The most requests at once."),
  ]),
  "A service behind the listener.",
  { occurs: "many" },
);

const ingress = block(
  "ingress",
  "Ingress",
  body(page, () => [
    tls,
    block(
      "listener",
      "Listeners",
      body(page, () => [
        attribute("port", "Port", "int", "The port to listen on."),
        attribute("protocol", "Protocol", "string", "The protocol.", { values: ["tcp", "http", "http2", "grpc"] }),
        ingressService,
      ]),
      "A port of the gateway.",
      { occurs: "many" },
    ),
  ]),
  "A way into the mesh.",
);

const terminating = block(
  "terminating",
  "Terminating",
  body(page, () => [
    block(
      "service",
      "Services",
      body(page, () => [
        attribute("name", "Name", "string", "The service outside the mesh."),
        attribute("ca_file", "CAFile", "string", "The authority that signed its certificate."),
        attribute("cert_file", "CertFile", "string", "The certificate to show."),
        attribute("key_file", "KeyFile", "string", "The key of that certificate."),
        attribute("sni", "SNI", "string", "The name for SNI."),
      ]),
      "A service outside the mesh.",
      { occurs: "many" },
    ),
  ]),
  "A way out of the mesh.",
);

export const gateway: BlockSchema = block(
  "gateway",
  "Gateway",
  body(page, () => [
    gatewayProxy,
    ingress,
    terminating,
    block(
      "mesh",
      "Mesh",
      body(page, () => []),
      "A way between datacenters.",
    ),
  ]),
  "Makes the service a gateway of the mesh.",
  { page },
);
