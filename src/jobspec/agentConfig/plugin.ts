// The `plugin "qemu" { config { … } }` block of an agent's configuration: decoded as Nomad decodes it, with every value's place.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import { decodePluginConfig } from "../driverConfigEngine.ts";
import type { ConfigPath, DriverConfigProblem, DriverSpec, DriverValue } from "../driverConfigTypes.ts";
import { blocksNamed, labelledBlocks, type AgentItem, type AgentNode, type AgentObject } from "./tree.ts";

/** A text in a file. */
export interface Located<T = string> {
  readonly value: T;
  readonly source: SourceText;
  readonly span: Span;
}

/** The lists of the QEMU plugin (nomad.md 1.2). An empty list allows everything. */
export interface PluginInput {
  readonly imagePaths: readonly Located[];
  readonly argsAllowlist: readonly Located[];
  readonly emulatorsAllowlist: readonly Located[];
  /** The last `config` block that counts: where a setting can be added. */
  readonly place: { readonly source: SourceText; readonly span: Span } | undefined;
}

export const NO_PLUGIN_INPUT: PluginInput = {
  imagePaths: [],
  argsAllowlist: [],
  emulatorsAllowlist: [],
  place: undefined,
};

const LIST = { type: { kind: "list", element: { kind: "string" } }, presence: "optional" } as const;
const FIELDS = {
  imagePaths: "image_paths",
  argsAllowlist: "args_allowlist",
  emulatorsAllowlist: "emulators_allowlist",
};
const SPEC: DriverSpec = { image_paths: LIST, args_allowlist: LIST, emulators_allowlist: LIST };

/** Keys that Nomad knows directly in a plugin block. */
const PLUGIN_KEYS = new Set(["config", "args"]);

/**
 * Reads the plugin blocks of one file on top of what earlier files said: a later file's `config` replaces an earlier one's
 * as a whole, unless it is empty. Source: Nomad nomad/structs/config/plugins.go.
 */
export function readPlugin(
  root: AgentObject,
  source: SourceText,
  before: PluginInput,
  diagnostics: Diagnostic[],
): PluginInput {
  let result = before;
  for (const { label, body } of labelledBlocks(root, "plugin")) {
    if (label.text !== "qemu") continue;
    for (const item of body.items) {
      if (!PLUGIN_KEYS.has(item.keys[0].text.toLowerCase())) diagnostics.push(outsideConfig(item, source));
    }
    const configs = blocksNamed(body, "config");
    const items = configs.flatMap((config) => config.items);
    const place = configs.at(-1);
    if (items.length === 0 || place === undefined) continue;
    result = decodeConfig(items, source, { source, span: place.span }, diagnostics);
  }
  return result;
}

function outsideConfig(item: AgentItem, source: SourceText): Diagnostic {
  const [key] = item.keys;
  const known = Object.hasOwn(SPEC, key.text);
  return {
    severity: "warning",
    summary: "Setting outside config",
    detail: known
      ? `Nomad ignores ${key.text} here without a word, so nothing is restricted by it. Move it into config { … } inside this plugin block.`
      : `Nomad ignores ${key.text} here. The settings of a plugin belong into config { … } inside this block.`,
    subject: key.span,
    source,
  };
}

function decodeConfig(
  items: readonly AgentItem[],
  source: SourceText,
  place: NonNullable<PluginInput["place"]>,
  diagnostics: Diagnostic[],
): PluginInput {
  const nodes = new Map<string, AgentNode>();
  for (const item of items) nodes.set(item.keys[0].text, merged(nodes.get(item.keys[0].text), item));
  const config = Object.fromEntries([...nodes].map(([name, node]) => [name, toJson(node)]));
  const decoded = decodePluginConfig(config, SPEC);
  for (const problem of decoded.problems) {
    diagnostics.push(problemDiagnostic(problem, source, spanAt(problem.path, items, nodes) ?? place.span));
  }
  const list = (name: string): Located[] => located(decoded.values[name] ?? null, nodes.get(name), source);
  return {
    imagePaths: list(FIELDS.imagePaths),
    argsAllowlist: list(FIELDS.argsAllowlist),
    emulatorsAllowlist: list(FIELDS.emulatorsAllowlist),
    place,
  };
}

/** HCL 1 reads an object as a list of objects, and collects repeated ones. */
function merged(before: AgentNode | undefined, { value }: AgentItem): AgentNode {
  if (value.kind !== "object") return value;
  const earlier = before?.kind === "list" ? before.items : [];
  return { kind: "list", items: [...earlier, value], span: value.span };
}

function toJson(node: AgentNode): unknown {
  switch (node.kind) {
    case "object": {
      const entries = node.items.map(({ keys, value }) => [
        keys[0].text,
        toJson(merged(undefined, itemOf(keys, value))),
      ]);
      return Object.fromEntries(entries);
    }
    case "list":
      return node.items.map(toJson);
    case "null":
      return null;
    default:
      return node.value;
  }
}

const itemOf = (keys: AgentItem["keys"], value: AgentNode): AgentItem => ({ keys, value, span: value.span });

function spanAt(
  [name, index]: ConfigPath,
  items: readonly AgentItem[],
  nodes: ReadonlyMap<string, AgentNode>,
): Span | undefined {
  const node = nodes.get(String(name));
  if (node === undefined) return undefined;
  if (index === undefined && !Object.hasOwn(SPEC, String(name))) {
    return items.find(({ keys }) => keys[0].text === name)?.keys[0].span;
  }
  return (node.kind === "list" && typeof index === "number" ? node.items[index]?.span : undefined) ?? node.span;
}

function located(value: DriverValue, node: AgentNode | undefined, source: SourceText): Located[] {
  if (!Array.isArray(value) || node === undefined) return [];
  return (value as readonly DriverValue[]).map((text, index) => ({
    value: typeof text === "string" ? text : "",
    source,
    span: (node.kind === "list" ? node.items[index]?.span : undefined) ?? node.span,
  }));
}

function problemDiagnostic({ summary, detail }: DriverConfigProblem, source: SourceText, subject: Span): Diagnostic {
  return {
    severity: "error",
    summary,
    detail: `${detail} With this, Nomad's agent does not start ("parsing plugin configurations failed").`,
    subject,
    source,
  };
}
