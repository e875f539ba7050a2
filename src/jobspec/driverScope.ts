// The variables that a driver's config can name: environment and node as one tree, where dots in names nest.
// Source: Nomad client/taskenv, AllValues and addNestedKey (nomad.md 2.4).
import type { Value } from "../hcl/value.ts";
import { nodeVariables } from "./node.ts";
import type { DriverConfigScope } from "./driverConfigTypes.ts";

type Tree = Map<string, string | Tree>;

const isTree = (entry: string | Tree | undefined): entry is Tree => entry instanceof Map;

/**
 * Builds the variables: every environment variable and node name by its dotted path, `env["any.name"]` for the
 * environment as it is, and `node.attr` and `node.meta` beside `attr` and `meta`. Where one name is a prefix of another
 * (`driver.qemu` and `driver.qemu.version`) the longer one wins and the shorter has no value. Names with an empty part
 * (`a..b`) exist only in `env`. Names are taken in byte order, where Nomad's order is random.
 */
export function driverVariables(scope: DriverConfigScope): Map<string, Value> {
  const tree: Tree = new Map();
  const environment = Object.entries(scope.environment).sort(byKey);
  for (const [name, value] of environment) insert(tree, name, value);
  for (const [name, value] of [...nodeVariables(scope.node)].sort(byKey)) insert(tree, name, value);

  const node = tree.get("node");
  const nodeTree: Tree = isTree(node) ? node : new Map<string, string | Tree>();
  for (const alias of ["attr", "meta"]) {
    const target = tree.get(alias);
    if (isTree(target)) nodeTree.set(alias, target);
  }
  if (nodeTree.size > 0) tree.set("node", nodeTree);

  const variables = new Map<string, Value>();
  for (const [name, entry] of tree) variables.set(name, toValue(entry));
  variables.set("env", {
    kind: "map",
    element: { kind: "string" },
    entries: new Map(environment.map(([name, value]) => [name, stringValue(value)])),
  });
  return variables;
}

/** Names without a value because a longer name continues them: `attr.driver.qemu` beside `attr.driver.qemu.version`. */
export function shadowedNames(names: Iterable<string>): string[] {
  const sorted = [...names].sort();
  const all = new Set(sorted);
  const shadowed = new Set<string>();
  for (const name of sorted) {
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      const prefix = name.slice(0, dot);
      if (all.has(prefix)) shadowed.add(prefix);
    }
  }
  return [...shadowed];
}

const byKey = ([left]: [string, unknown], [right]: [string, unknown]): number =>
  left < right ? -1 : left > right ? 1 : 0;

function insert(tree: Tree, name: string, value: string): void {
  const parts = name.split(".");
  const last = parts.pop();
  if (last === undefined || last === "" || parts.includes("")) return;
  let at = tree;
  for (const part of parts) {
    const existing = at.get(part);
    if (isTree(existing)) {
      at = existing;
    } else {
      const created: Tree = new Map();
      at.set(part, created);
      at = created;
    }
  }
  if (!isTree(at.get(last))) at.set(last, value);
}

const stringValue = (text: string): Value => ({ kind: "string", value: text.normalize("NFC") });

function toValue(entry: string | Tree): Value {
  if (typeof entry === "string") return stringValue(entry);
  const attributes = new Map<string, Value>();
  for (const [name, child] of [...entry].sort(byKey)) attributes.set(name, toValue(child));
  return { kind: "object", attributes };
}
