// What the checks of the server share: how they report, and how they read the job.
import type { JobPath } from "../origin.ts";
import type { Fields } from "../fields.ts";
import { RULES, type RuleCode } from "./rules.ts";

/** One thing that Nomad's server refuses or warns of. */
export interface ValidationFinding {
  /** Stable: `job/id-space`. Its meaning is in rules.ts. */
  readonly code: RuleCode;
  readonly severity: "error" | "warning";
  /** Nomad's short label, to the letter where Nomad has one. */
  readonly message: string;
  /** Our own words: why, and what to do. */
  readonly detail: string;
  /** The value at fault in the job; it may not be written out in the file. */
  readonly path: JobPath;
}

/** What the server knows besides the job. */
export interface ServerFacts {
  /** The namespaces that exist; `any` when they are not known. */
  readonly namespaces: readonly string[] | "any";
  readonly nodePools: readonly string[] | "any";
  /** Names of the Vault clusters that are enabled in the server's configuration. */
  readonly vaultClusters: readonly string[] | "any";
  readonly edition: "community" | "enterprise" | "any";
  readonly memoryOversubscription: "enabled" | "disabled" | "any";
  /** `local`: no server is asked, as `nomad job validate` does when it reaches none. */
  readonly checks: "all" | "local";
  readonly maxPriority: number;
  /** Sum of the groups' counts. */
  readonly maxCount: number;
}

/** A server as it is right after installation: community edition, no Vault, nothing but the defaults. */
export const PLAIN_SERVER: ServerFacts = {
  namespaces: ["default"],
  nodePools: ["default", "all"],
  vaultClusters: [],
  edition: "community",
  memoryOversubscription: "disabled",
  checks: "all",
  maxPriority: 100,
  maxCount: 50_000,
};

/** A server of which nothing is known: only what every server says of the job. */
export const ANY_SERVER: ServerFacts = {
  ...PLAIN_SERVER,
  namespaces: "any",
  nodePools: "any",
  vaultClusters: "any",
  edition: "any",
  memoryOversubscription: "any",
};

/** No server at all: what the command itself checks. */
export const NO_SERVER: ServerFacts = { ...PLAIN_SERVER, checks: "local" };

/** `nomad job validate` reaches no server for another region than the server's, and then checks by itself. */
export function serverForRegion(region: string | null, server: ServerFacts, serverRegion = "global"): ServerFacts {
  return region === null || region === serverRegion ? server : NO_SERVER;
}

export interface Validation {
  /** The job as the server completed it. */
  readonly job: Fields;
  readonly type: string;
  readonly server: ServerFacts;
  readonly groups: readonly PreparedGroup[];
  readonly error: Reporter;
  readonly warn: Reporter;
}

export type Reporter = (code: RuleCode, path: JobPath, message: string) => void;

export interface PreparedGroup {
  readonly group: Fields;
  readonly name: string;
  readonly path: JobPath;
  /** The group's tasks, those that Nomad adds for Consul Connect included. */
  readonly tasks: readonly PreparedTask[];
}

export interface PreparedTask {
  readonly task: Fields;
  readonly name: string;
  /** Of a task that Nomad adds: the service that asks for it. */
  readonly path: JobPath;
}

export function reporterTo(findings: ValidationFinding[], severity: "error" | "warning"): Reporter {
  return (code, path, message) => findings.push({ code, severity, message, detail: RULES[code], path });
}
