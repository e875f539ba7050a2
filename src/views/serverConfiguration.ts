// What the language server is told: the policy in force, what QEMU can do here, and what the settings say.
import * as vscode from "vscode";
import type { ConfigureParams } from "../language/protocol.ts";
import type { Machine } from "./machine.ts";
import type { PluginPolicy } from "./pluginPolicy.ts";
import { nomadVersion } from "./settings.ts";

/**
 * The configuration to send at any time. In Restricted Mode nothing was probed and nothing outside may be changed from
 * here; the fingerprint follows when it is known, because a probe takes longer than the first squiggle may.
 */
export function serverConfiguration(policy: PluginPolicy, machine: Machine): () => Promise<ConfigureParams> {
  return async () => {
    const { pluginConfig, writable } = await policy.read();
    const trusted = vscode.workspace.isTrusted;
    return {
      pluginConfig,
      pluginConfigWritable: trusted && writable,
      fingerprint: trusted ? (machine.current() ?? null) : null,
      nomadVersion: nomadVersion(),
    };
  };
}
