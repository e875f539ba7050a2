// What the two sides of a constraint stand for on a node.
import { lookupNode, type NodeDescription, type NodeLookup } from "../node.ts";

const FIELDS = new Set(["node.unique.id", "node.datacenter", "node.unique.name", "node.class", "node.pool"]);
const PREFIXES = ["attr.", "meta."];

/**
 * Resolves one side of a constraint. A text that does not begin with `${` stands for itself; the targets are
 * `${attr.…}`, `${meta.…}` and the five `${node.…}` of nomad.md 2.12 (not `${node.region}`); anything else is absent.
 * Source: Nomad scheduler, resolveTarget.
 */
export function resolveTarget(target: string, node: NodeDescription): NodeLookup {
  if (!target.startsWith("${")) return { kind: "found", value: target };
  const name = target.slice(2).replace(/\}$/, "");
  if (FIELDS.has(name)) return target.endsWith("}") ? lookupNode(node, name) : { kind: "absent" };
  return PREFIXES.some((prefix) => name.startsWith(prefix)) ? lookupNode(node, name) : { kind: "absent" };
}

/** `attr.kernel.name` for `${attr.kernel.name}`; undefined for a literal. */
export function targetName(target: string): string | undefined {
  return target.startsWith("${") ? target.slice(2).replace(/\}$/, "") : undefined;
}
