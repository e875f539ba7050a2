// Vault, secrets and identities of a task. Source: Nomad nomad/structs/structs.go (Vault, Secret), workload_id.go.
import { amount, block, type Fields, flag, indexed, isSet, text, texts } from "../fields.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedTask, Reporter } from "./context.ts";

export function checkVault(task: Fields, path: JobPath, error: Reporter): void {
  const vault = block(task, "Vault");
  if (vault === undefined) return;
  const mode = text(vault, "ChangeMode");
  if (mode === "signal") {
    if (text(vault, "ChangeSignal") === "") {
      error("vault/change-signal", [...path, "Vault"], 'Signal must be specified when using change mode "signal"');
    }
  } else if (mode !== "noop" && mode !== "restart") {
    error("vault/change-mode", [...path, "Vault", "ChangeMode"], `Unknown change mode ${quote(mode)}`);
  }
}

export function checkSecrets(task: Fields, path: JobPath, error: Reporter): void {
  const names = new Set<string>();
  for (const [index, secret] of indexed(task, "Secrets")) {
    const place: JobPath = [...path, "Secrets", index];
    const name = text(secret, "Name");
    const provider = text(secret, "Provider");
    if (names.has(name)) error("secret/name-duplicate", place, `Duplicate secret ${quote(name)} found`);
    names.add(name);
    if (provider === "vault" && block(task, "Vault") === undefined) {
      error(
        "secret/vault-block-missing",
        [...place, "Provider"],
        `Secret ${quote(name)} has provider "vault" but no vault block`,
      );
    }
    checkSecret(secret, place, error);
  }
}

function checkSecret(secret: Fields, path: JobPath, error: Reporter): void {
  const name = text(secret, "Name");
  const provider = text(secret, "Provider");
  const hasEntries = (field: string): boolean => Object.keys(block(secret, field) ?? {}).length > 0;
  if (name === "") error("secret/name-missing", path, "secret name cannot be empty");
  if (!/^[a-zA-Z0-9_]{1,128}$/.test(name)) {
    error("secret/name", [...path, "Name"], "secret name must match regex ^[a-zA-Z0-9_]{1,128}$");
  }
  if (provider === "") error("secret/provider-missing", path, "secret provider cannot be empty");
  if (text(secret, "Path") === "") error("secret/path-missing", path, "secret path cannot be empty");
  if (provider === "nomad" || provider === "vault") {
    if (hasEntries("Env"))
      error("secret/env-not-allowed", [...path, "Env"], `${provider} provider cannot use the env block`);
  } else if (hasEntries("Config")) {
    const words = `custom plugin provider ${provider} cannot use the config block`;
    error("secret/config-not-allowed", [...path, "Config"], words);
  }
}

interface PlacedIdentity {
  readonly identity: Fields;
  readonly path: JobPath;
}

/** The task's default identity and the others: of several default ones the last counts. */
export function identitiesOf({ task, path }: PreparedTask): {
  readonly main: PlacedIdentity | undefined;
  readonly others: readonly PlacedIdentity[];
} {
  const own = block(task, "Identity");
  let main: PlacedIdentity | undefined = own && { identity: own, path: [...path, "Identity"] };
  let others: PlacedIdentity[] = [];
  for (const [index, identity] of indexed(task, "Identities")) {
    others.push({ identity, path: [...path, "Identities", index] });
  }
  const last = others.findLast(({ identity }) => text(identity, "Name") === "default");
  if (last !== undefined) {
    main = last;
    others = others.filter((entry) => entry !== last);
  }
  return { main, others };
}

export function checkIdentities(prepared: PreparedTask, error: Reporter): void {
  const { main, others } = identitiesOf(prepared);
  if (main !== undefined) checkIdentity(main, error);
  for (const placed of others) {
    if (text(placed.identity, "Name") === "default") {
      error("identity/default-duplicate", placed.path, "Duplicate default identities found");
    }
    checkIdentity(placed, error);
  }
}

function checkIdentity({ identity, path }: PlacedIdentity, error: Reporter): void {
  const name = text(identity, "Name");
  const signal = text(identity, "ChangeSignal");
  const mode = text(identity, "ChangeMode");
  const ttl = amount(identity, "TTL");
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
    error("identity/name", [...path, "Name"], `invalid name ${quote(name)}. Must match regex ^[a-zA-Z0-9-_]{1,128}$`);
  }
  for (const [index, audience] of texts(identity, "Audience").entries()) {
    if (audience !== "") continue;
    const words = `an empty string is an invalid audience (${index + 1})`;
    error("identity/audience-empty", [...path, "Audience", index], words);
  }
  if (mode === "signal") {
    if (signal === "") {
      const words = 'change_signal must be specified when using change_mode="signal"';
      error("identity/change-signal-missing", [...path, "ChangeMode"], words);
    }
  } else if (!["", "noop", "restart"].includes(mode)) {
    error("identity/change-mode", [...path, "ChangeMode"], `invalid change_mode: ${mode}`);
  } else if (signal !== "") {
    const words = `can only use change_signal=${quote(signal)} with change_mode="signal"`;
    error("identity/change-signal-not-allowed", [...path, "ChangeSignal"], words);
  }
  if (ttl > 0 && name === "default") {
    error("identity/default-ttl", [...path, "TTL"], "ttl for default identity not yet supported");
  }
  if (ttl < 0) error("identity/ttl-negative", [...path, "TTL"], "ttl must be >= 0");
  if (text(identity, "Filepath") !== "" && !flag(identity, "File")) {
    const words = "file parameter must be true in order to specify filepath";
    error("identity/file-path", [...path, "Filepath"], words);
  }
}

/** What makes an identity insecure; `label` stands before each message, as Nomad names the identity. */
export function warnOfIdentity({ identity, path }: PlacedIdentity, label: string, warn: Reporter): void {
  const audiences = texts(identity, "Audience").length;
  const name = text(identity, "Name");
  if (audiences === 0) {
    warn("identity/audience-insecure", path, `${label} identities without an audience are insecure`);
  } else if (audiences > 1) {
    warn("identity/audiences-many", [...path, "Audience"], `${label} has more than one audience`);
  }
  if (name !== "" && name !== "default" && (!isSet(identity, "TTL") || amount(identity, "TTL") === 0)) {
    warn("identity/ttl-insecure", path, `${label} identities without an expiration are insecure`);
  }
  if (flag(identity, "Env") && text(identity, "ChangeMode") !== "restart") {
    const words = `${label} using env=true without change_mode="restart" may go stale in the running task`;
    warn("identity/env-stale", [...path, "Env"], words);
  }
}
