// What goes into and comes out of the driver config engine (driverConfigEngine.ts).
import type { Type } from "../hcl/value.ts";
import type { NodeDescription } from "./node.ts";

/** One argument of a driver's config: its type and whether a config without it is refused. */
export interface DriverAttribute {
  readonly type: Type;
  readonly presence: "required" | "optional";
}

/** The arguments that a driver's (or plugin's) config may have, by name. */
export type DriverSpec = Readonly<Record<string, DriverAttribute>>;

/** What `${…}` in a driver's config can name. */
export interface DriverConfigScope {
  /** The task's environment: every variable by its name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that will exist when the task runs, but whose values are not known yet (ports, the allocation's id). */
  readonly unknownEnvironment?: readonly string[];
  /**
   * `partial`: the host may pass on more variables than `environment` lists, so any other name that does not begin with
   * `NOMAD_` is unknown instead of an error. Default `complete`.
   */
  readonly environmentKnowledge?: "complete" | "partial";
  readonly node: NodeDescription;
}

/** A path below the config: `["args", 2]`, `["port_map", 0, "ssh"]`; empty for the config as a whole. */
export type ConfigPath = readonly (string | number)[];

export interface DriverConfigProblem {
  readonly path: ConfigPath;
  /** HCL's (Nomad's) short label, to the letter: `Unknown variable`, `Invalid label`. */
  readonly summary: string;
  /** The sentence behind it: `There is no variable named "x".` */
  readonly detail: string;
}

/** A decoded value as plain data. A number that no double holds exactly is its decimal text. */
export type DriverValue =
  string | number | boolean | null | readonly DriverValue[] | { readonly [key: string]: DriverValue };

export interface DecodedDriverConfig {
  /** Every argument of the spec, converted to its type; null where the config says nothing, or something wrong. */
  readonly values: Readonly<Record<string, DriverValue>>;
  /** Arguments (or elements of them) that depend on what the node description does not say; they are null in `values`. */
  readonly unknown: readonly ConfigPath[];
  /** In Nomad's order, arguments by name. Empty = accepted. */
  readonly problems: readonly DriverConfigProblem[];
}

/**
 * The text of the task event "Failed Validation" for these problems, to the letter: `N errors occurred:` where N counts the
 * line `failed to parse config:` too. Source: golden e-unknown-and-missing, e-two-unknown.
 */
export function formatDriverConfigProblems(problems: readonly DriverConfigProblem[]): string {
  const lines = ["failed to parse config: ", ...problems.map(({ summary, detail }) => `${summary}: ${detail}`)];
  return `${String(lines.length)} errors occurred:\n${lines.map((line) => `\t* ${line}\n`).join("")}\n`;
}
