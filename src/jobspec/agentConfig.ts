// The configuration of a Nomad agent, as far as it decides what QEMU tasks may do and see: one or more files (HCL or JSON),
// merged in the order that Nomad merges them, with the place of every value.
import { NO_CLIENT_INPUT, readClient, type ClientInput } from "./agentConfig/client.ts";
import { NO_PLUGIN_INPUT, readPlugin, type PluginInput } from "./agentConfig/plugin.ts";
import { readAgentTree } from "./agentConfig/tree.ts";
import type { Diagnostic } from "../hcl/diagnostic.ts";
import type { SourceText } from "../hcl/source.ts";

export type { ClientInput, HostNetwork } from "./agentConfig/client.ts";
export type { Located, PluginInput } from "./agentConfig/plugin.ts";

export interface AgentConfig {
  /** `plugin "qemu" { config { … } }`; everything empty when no file has one. */
  readonly plugin: PluginInput;
  readonly client: ClientInput;
  /** In the order of the files. Errors are what would keep Nomad's agent from starting. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads agent files in the order of Nomad's `-config` flags; of a folder, its files as `agentConfigFileNames` orders them.
 * Blocks other than `plugin "qemu"` and `client` are ignored. Never throws.
 */
export function parseAgentConfig(sources: readonly SourceText[]): AgentConfig {
  const diagnostics: Diagnostic[] = [];
  let plugin = NO_PLUGIN_INPUT;
  let client = NO_CLIENT_INPUT;
  for (const source of sources) {
    const tree = readAgentTree(source);
    diagnostics.push(...tree.diagnostics);
    plugin = readPlugin(tree.value, source, plugin, diagnostics);
    client = readClient(tree.value, source, client, diagnostics);
  }
  return { plugin, client, diagnostics };
}

/**
 * The files of a configuration folder that Nomad reads, in its order: names ending in .hcl or .json, but no editor's
 * temporary files, by byte order. Source: Nomad command/agent/config.go, LoadConfigDir.
 */
export function agentConfigFileNames(names: readonly string[]): string[] {
  return names.filter((name) => /\.(?:hcl|json)$/.test(name) && !/^\.#|^#.*#$/.test(name)).sort();
}
