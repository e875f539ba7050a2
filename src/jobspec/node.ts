// A node as jobs see it: the attributes, metadata and names that placeholders and constraints are resolved against.

/** A driver's health on a node, as the node reports it. */
export interface NodeDriver {
  readonly detected: boolean;
  readonly healthy: boolean;
  readonly healthDescription: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * What is known of a node. A name that is `undefined`, and with `knowledge: "partial"` any attribute or metadata key that
 * is not listed, is unknown rather than absent: constraints on it are neither met nor failed.
 */
export interface NodeDescription {
  /** `complete`: what is not listed does not exist on the node (a recorded node). `partial`: it may exist. */
  readonly knowledge: "complete" | "partial";
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly datacenter: string | undefined;
  /** The node class; empty when the operator gave none. */
  readonly class: string | undefined;
  readonly pool: string | undefined;
  readonly region: string | undefined;
  /** Keys without the `attr.` prefix: `kernel.name`, `driver.qemu.version`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The client's own metadata (`client { meta { … } }`), keys without `meta.`. */
  readonly meta: Readonly<Record<string, string>>;
  readonly drivers: Readonly<Record<string, NodeDriver>>;
}

/** A node of which nothing is known: attributes and metadata may exist, so nothing can be said about them. */
export const ANY_NODE: NodeDescription = {
  knowledge: "partial",
  id: undefined,
  name: undefined,
  datacenter: undefined,
  class: undefined,
  pool: undefined,
  region: undefined,
  attributes: {},
  meta: {},
  drivers: {},
};

/** The answer of looking one name up on a node. */
export type NodeLookup =
  | { readonly kind: "found"; readonly value: string }
  | { readonly kind: "absent" }
  /** The description does not say. */
  | { readonly kind: "unknown" };

const ABSENT: NodeLookup = { kind: "absent" };
const UNKNOWN: NodeLookup = { kind: "unknown" };

const NODE_FIELDS: Readonly<Record<string, "id" | "datacenter" | "name" | "class" | "pool" | "region">> = {
  "node.unique.id": "id",
  "node.datacenter": "datacenter",
  "node.unique.name": "name",
  "node.class": "class",
  "node.pool": "pool",
  "node.region": "region",
};

/** The names `node.*` that a running task can use, in byte order. `node.region` is not among the constraint targets. */
export const NODE_FIELD_NAMES: readonly string[] = Object.keys(NODE_FIELDS).sort();

/**
 * Looks up `node.datacenter`, `attr.kernel.name`, `meta.rack` and the like on a node.
 * Any other name is absent. Source: Nomad client/taskenv, SetNode (nomad.md 2.4).
 */
export function lookupNode(node: NodeDescription, name: string): NodeLookup {
  const field = Object.hasOwn(NODE_FIELDS, name) ? NODE_FIELDS[name] : undefined;
  if (field !== undefined) {
    const value = node[field];
    return value === undefined ? UNKNOWN : { kind: "found", value };
  }
  if (name.startsWith("attr.")) return lookupKey(node, node.attributes, name.slice("attr.".length));
  if (name.startsWith("meta.")) return lookupKey(node, node.meta, name.slice("meta.".length));
  return ABSENT;
}

function lookupKey(node: NodeDescription, values: Readonly<Record<string, string>>, key: string): NodeLookup {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value !== undefined) return { kind: "found", value };
  return node.knowledge === "complete" ? ABSENT : UNKNOWN;
}

/** Everything a node offers by its full name (`attr.…`, `meta.…`, `node.…`), unknown fields left out. */
export function nodeVariables(node: NodeDescription): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, field] of Object.entries(NODE_FIELDS)) {
    const value = node[field];
    if (value !== undefined) variables.set(name, value);
  }
  for (const [key, value] of Object.entries(node.attributes)) variables.set(`attr.${key}`, value);
  for (const [key, value] of Object.entries(node.meta)) variables.set(`meta.${key}`, value);
  return variables;
}
