// Who a task is to other systems, and what they tell it: vault, consul, identity, secret.
import { attribute, block, body, FREE, label, STRINGS, type BlockSchema, type BodySchema } from "./types.ts";

const vaultBody: BodySchema = body("vault", () => [
  attribute("policies", "Policies", "list(string)", "Vault policies of the token.", {
    deprecated: { since: "1.10", use: "`role` with workload identity" },
  }),
  attribute("role", "Role", "string", "The Vault role to log in with.", { since: "1.7" }),
  attribute("namespace", "Namespace", "string?", "The Vault namespace."),
  attribute("cluster", "Cluster", "string", "Which of the agent's Vault clusters to use.", {
    default: '"default"',
    since: "1.7",
    enterprise: true,
  }),
  attribute("env", "Env", "bool?", "Put VAULT_TOKEN into the task's environment.", { absent: true, default: "true" }),
  attribute("disable_file", "DisableFile", "bool?", "Do not write secrets/vault_token.", {
    absent: false,
    default: "false",
    since: "1.6",
  }),
  attribute("change_mode", "ChangeMode", "string?", "What happens to the task when the token changes.", {
    absent: "restart",
    default: '"restart"',
    values: ["noop", "restart", "signal"],
  }),
  attribute("change_signal", "ChangeSignal", "string?", "The signal for change_mode `signal`.", {
    examples: ["SIGHUP", "SIGUSR1"],
  }),
  attribute("allow_token_expiration", "AllowTokenExpiration", "bool?", "Do not renew the token.", { since: "1.7.3" }),
]);

function vaultBlock(doc: string, extras: Partial<Pick<BlockSchema, "occurs" | "passesOn">> = {}): BlockSchema {
  return block("vault", "Vault", vaultBody, doc, { page: "vault", ...extras });
}
export const vault = vaultBlock("A Vault token for the task.");
export const groupVault = vaultBlock("A Vault token for each task of the group that has no own block.", {
  occurs: "last",
  passesOn: true,
});
export const jobVault = vaultBlock("A Vault token for each task of the job that has no own block.", { passesOn: true });

export const consul: BlockSchema = block(
  "consul",
  "Consul",
  body("consul", () => [
    attribute("namespace", "Namespace", "string", "The Consul namespace of services and keys.", { enterprise: true }),
    attribute("cluster", "Cluster", "string", "Which of the agent's Consul clusters to use.", {
      default: '"default"',
      since: "1.7",
      enterprise: true,
    }),
    attribute("partition", "Partition", "string", "The Consul admin partition.", { since: "1.7.3", enterprise: true }),
  ]),
  "Settings for the group's or task's use of Consul.",
  { page: "consul" },
);

export const identityBody: BodySchema = body("identity", () => [
  attribute("name", "Name", "string", "The identity's name; empty or `default` is the task's own one."),
  attribute("aud", "Audience", "list(string)", "Who the token is meant for."),
  attribute("change_mode", "ChangeMode", "string", "What happens to the task when the token is renewed.", {
    default: '"noop"',
    values: ["noop", "restart", "signal"],
    since: "1.7",
  }),
  attribute("change_signal", "ChangeSignal", "string", "The signal for change_mode `signal`.", {
    examples: ["SIGHUP", "SIGUSR1"],
    since: "1.7",
  }),
  attribute("env", "Env", "bool", "Put NOMAD_TOKEN (or NOMAD_TOKEN_<name>) into the task's environment."),
  attribute("file", "File", "bool", "Write the token to a file in the secrets folder."),
  attribute("filepath", "Filepath", "string", "Where the file goes, relative to the task's folder.", {
    since: "1.9",
  }),
  attribute("service_name", "ServiceName", "string", "The service that the identity belongs to."),
  attribute("ttl", "TTL", "duration", "How long a token is valid."),
  attribute("extra_claims", "ExtraClaims", "list(string)", "Claims that the client adds to the token."),
]);

/** The task's identities; the unnamed one moves to `Identity` (Nomad: compatibility with agents before 1.7). */
export const identity: BlockSchema = block(
  "identity",
  "Identities",
  identityBody,
  "A signed token that says which task this is.",
  {
    occurs: "many",
    page: "identity",
    since: "1.5",
  },
);

const secretBody: BodySchema = body("secret", () => [
  attribute("provider", "Provider", "string", "Where the secret is: `nomad`, `vault`, or a plugin.", {
    examples: ["nomad", "vault"],
  }),
  attribute("path", "Path", "string", "The secret's path at the provider."),
  block("config", "Config", FREE, "Settings for the provider.", { page: "secret#config" }),
  block("env", "Env", STRINGS, "Environment variables for the provider's plugin.", { page: "secret#env" }),
]);

function secretBlock(doc: string, extras: Partial<Pick<BlockSchema, "passesOn">> = {}): BlockSchema {
  return block("secret", "Secrets", secretBody, doc, {
    labels: [label("name", "Name", "The name used in `${secret.<name>.<key>}`.")],
    occurs: "many",
    page: "secret",
    since: "1.11",
    ...extras,
  });
}
export const secret = secretBlock("A secret that the client fetches before the task starts.");
export const groupSecret = secretBlock(
  "Meant for all tasks of the group; Nomad 2.0 loses it (tasks get their own secrets twice).",
  { passesOn: true },
);
export const jobSecret = secretBlock("A secret for every task of the job.", { passesOn: true });
