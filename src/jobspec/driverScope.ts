// The variables that a driver's config can name: environment and node as one tree, where dots in names nest.
// Source: Nomad client/taskenv, AllValues and addNestedKey (nomad.md 2.4).
import { compareBytes, map, object, STRING, string, unknownOf, type Value } from "../hcl/value.ts";
import type { DriverConfigScope } from "./driverConfigTypes.ts";
import { lookupNode, nodeVariables, type NodeDescription } from "./node.ts";

/** A value, one that is not known, or names below. */
type Entry = string | typeof NOT_KNOWN | Tree;
type Tree = Map<string, Entry>;
const NOT_KNOWN = Symbol("not known");

const isTree = (entry: Entry | undefined): entry is Tree => entry instanceof Map;
const newTree = (): Tree => new Map<string, Entry>();

/** A name in a config: its parts between dots, or between brackets and quotes. */
export type MentionedName = readonly [root: string, ...parts: string[]];

/**
 * Builds the variables: every environment variable and node name by its dotted path, `env["any.name"]` for the
 * environment as it is, and `node.attr` and `node.meta` beside `attr` and `meta`. Where one name is a prefix of another
 * (`driver.qemu` and `driver.qemu.version`) the longer one wins and the shorter has no value. Names with an empty part
 * (`a..b`) exist only in `env`. Names are taken in byte order, where Nomad's order is random.
 * @param mentioned names that are looked up: those that the scope cannot know of become unknown values.
 */
export function driverVariables(
  scope: DriverConfigScope,
  mentioned: Iterable<MentionedName> = [],
): ReadonlyMap<string, Value> {
  const environment = new Map<string, string | typeof NOT_KNOWN>(Object.entries(scope.environment));
  for (const name of scope.unknownEnvironment ?? []) {
    if (!environment.has(name)) environment.set(name, NOT_KNOWN);
  }
  const names = [...mentioned];
  for (const name of names) {
    if (mayBePassedOn(name, scope) && !environment.has(name[1] ?? "")) environment.set(name[1] ?? "", NOT_KNOWN);
  }
  const tree = newTree();
  for (const [name, value] of sorted(environment)) insert(tree, name, value);
  for (const [name, value] of sorted(nodeVariables(scope.node))) insert(tree, name, value);
  for (const name of names) addUnknown(tree, name, scope);

  const node = tree.get("node");
  const nodeTree = isTree(node) ? node : newTree();
  for (const alias of ["attr", "meta"]) {
    const target = tree.get(alias);
    if (isTree(target)) nodeTree.set(alias, target);
  }
  if (nodeTree.size > 0) tree.set("node", nodeTree);

  const variables = new Map<string, Value>();
  for (const [name, entry] of tree) variables.set(name, toValue(entry));
  variables.set(
    "env",
    map(
      STRING,
      [...environment].map(([name, value]) => [name, toValue(value)] as const),
    ),
  );
  return variables;
}

function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return [...entries].sort(([left], [right]) => compareBytes(left, right));
}

function insert(tree: Tree, name: string, value: string | typeof NOT_KNOWN): void {
  const parts = name.split(".");
  const last = parts.pop();
  if (last === undefined || last === "" || parts.includes("")) return;
  let at = tree;
  for (const part of parts) {
    const existing = at.get(part);
    const below = isTree(existing) ? existing : newTree();
    if (below !== existing) at.set(part, below);
    at = below;
  }
  if (!isTree(at.get(last))) at.set(last, value);
}

function find(tree: Tree, parts: readonly string[]): Entry | undefined {
  let at: Entry | undefined = tree;
  for (const part of parts) {
    if (!isTree(at)) return undefined;
    at = at.get(part);
  }
  return at;
}

/** `env["X"]` for a variable that the host may pass on. */
const mayBePassedOn = ([root, name]: MentionedName, scope: DriverConfigScope): boolean =>
  root === "env" && name !== undefined && scope.environmentKnowledge === "partial" && !name.startsWith("NOMAD_");

function addUnknown(tree: Tree, name: MentionedName, scope: DriverConfigScope): void {
  const [root, second] = name;
  if (root === "env") return;
  const onNode = root === "node" && (second === "attr" || second === "meta") ? name.slice(1) : name;
  if (find(tree, onNode) !== undefined) return;
  if (["attr", "meta", "node"].includes(root)) {
    const dotted = onNode.join(".");
    if (lookup(scope.node, dotted) === "unknown") insert(tree, dotted, NOT_KNOWN);
  } else if (scope.environmentKnowledge === "partial" && !root.startsWith("NOMAD_") && !tree.has(root)) {
    tree.set(root, NOT_KNOWN);
  }
}

function lookup(node: NodeDescription, name: string): string {
  return name === "attr" || name === "meta" ? "found" : lookupNode(node, name).kind;
}

function toValue(entry: Entry): Value {
  if (entry === NOT_KNOWN) return unknownOf(STRING);
  if (typeof entry === "string") return string(entry);
  return object([...entry].map(([name, child]) => [name, toValue(child)] as const));
}
