// The text engine: replaces ${name} in the texts of a job that Nomad does not give to its driver (env, meta, artifacts,
// template paths, service fields, network dns). No functions, no indexing; an unknown name stays as it is written.
import { lookupNode, type NodeDescription } from "./node.ts";

/** Nomad: helper/args, envRe (nomad.md 2.4). */
const PLACEHOLDER = /\$\{[a-zA-Z0-9_\-.]+\}/g;

/** One `${name}` in a text; `start` and `end` are UTF-16 offsets and include the braces. */
export interface Placeholder {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The placeholders that the text engine would look up, in order. */
export function findPlaceholders(text: string): Placeholder[] {
  const found: Placeholder[] = [];
  for (const match of text.matchAll(PLACEHOLDER)) {
    found.push({ name: match[0].slice(2, -1), start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/**
 * Replaces each `${name}` by the environment's or, failing that, the node's value of that name; names that neither knows
 * stay in the text. Replaced text is not looked at again. Source: Nomad client/taskenv, ReplaceEnv.
 */
export function interpolateText(
  text: string,
  environment: Readonly<Record<string, string>>,
  node: NodeDescription,
): string {
  if (!text.includes("${")) return text;
  return text.replace(PLACEHOLDER, (whole) => {
    const name = whole.slice(2, -1);
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) return value;
    const found = lookupNode(node, name);
    return found.kind === "found" ? found.value : whole;
  });
}

/** Interpolates every value of a string map; keys are left alone, as Nomad leaves them. */
export function interpolateMap(
  values: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
  node: NodeDescription,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, interpolateText(value, environment, node)]),
  );
}
