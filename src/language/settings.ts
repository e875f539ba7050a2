// What the client has told the server: one immutable value, replaced as a whole.
import { UNRESTRICTED, type PluginConfig } from "../driver/pluginConfig.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { LintOptions } from "../lint/lint.ts";
import type { ConfigureParams, Feature } from "./protocol.ts";

export interface Settings {
  readonly pluginConfig: PluginConfig;
  readonly pluginConfigWritable: boolean;
  readonly fingerprint: Fingerprint | null;
  readonly nomadVersion: string | null;
  readonly disabledFeatures: readonly Feature[];
  readonly debounceMs: number;
}

const DEBOUNCE_DEFAULT_MS = 100;

export const DEFAULT_SETTINGS: Settings = {
  pluginConfig: UNRESTRICTED,
  pluginConfigWritable: false,
  fingerprint: null,
  nomadVersion: null,
  disabledFeatures: [],
  debounceMs: DEBOUNCE_DEFAULT_MS,
};

/** The settings after a change; what the client does not mention stays. */
export function configured(settings: Settings, change: ConfigureParams | undefined): Settings {
  return {
    pluginConfig: change?.pluginConfig ?? settings.pluginConfig,
    pluginConfigWritable: change?.pluginConfigWritable ?? settings.pluginConfigWritable,
    fingerprint: change?.fingerprint === undefined ? settings.fingerprint : change.fingerprint,
    nomadVersion: change?.nomadVersion === undefined ? settings.nomadVersion : change.nomadVersion,
    disabledFeatures: change?.disabledFeatures ?? settings.disabledFeatures,
    debounceMs: change?.debounceMs ?? settings.debounceMs,
  };
}

/** What the linter needs of them. A fingerprint is this machine's, so its system is this machine's, too. */
export function lintOptions(settings: Settings): LintOptions {
  const { pluginConfig, fingerprint, nomadVersion } = settings;
  return {
    pluginConfig,
    ...(fingerprint === null ? {} : { fingerprint, platform: process.platform }),
    ...(nomadVersion === null ? {} : { nomadVersion }),
  };
}
