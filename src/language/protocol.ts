// What the language server and its client (the VS Code extension, or any editor) say to each other beyond the LSP.
// Only plain data, positions as the LSP counts them. Nothing here imports `vscode` or the LSP libraries.
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { Range } from "../hcl/source.ts";
import type { Action } from "../lint/finding.ts";

/** The language id of Nomad job files. */
export const LANGUAGE_ID = "nomad-job";
/** `source` of every diagnostic that the server publishes. */
export const DIAGNOSTIC_SOURCE = "nomad-qemu";
/** Kind of the code action that applies every safe fix of a file; the editor's `source.fixAll` includes it. */
export const FIX_ALL_KIND = "source.fixAll.nomad-qemu";

/**
 * Command of the code actions that change the operator's plugin configuration. The client registers it; its one
 * argument is an `AllowArguments`. The server never writes a file.
 */
export const ALLOW_COMMAND = "nomadQemu.allowInPluginConfig";

export interface AllowArguments {
  readonly action: Action;
  /** The document whose finding asked for it. */
  readonly uri: string;
}

/** What the server knows only from its client. Absent fields keep the value they had. */
export interface ConfigureParams {
  /** The operator's configuration, resolved by the client from machine scope; never from the workspace being judged. */
  readonly pluginConfig?: PluginConfig;
  /** Whether the user may change that configuration here: shows "Allow it in my plugin configuration". Default no. */
  readonly pluginConfigWritable?: boolean;
  /** What QEMU can do on this machine; null = unknown (nothing was probed, for example in an untrusted workspace). */
  readonly fingerprint?: Fingerprint | null;
  /** Nomad version that jobs are written for, such as "1.10.4"; null = the newest. Options newer than it are marked. */
  readonly nomadVersion?: string | null;
  /** Features that another extension already provides for the same files. */
  readonly disabledFeatures?: readonly Feature[];
  /** ms between the last keystroke and the diagnostics; default 100. */
  readonly debounceMs?: number;
}

export type Feature =
  | "diagnostics"
  | "hover"
  | "completion"
  | "symbols"
  | "folding"
  | "formatting"
  | "codeActions"
  | "definition"
  | "signatureHelp";

/** `initializationOptions` of the LSP `initialize` request. */
export type InitializationOptions = ConfigureParams;

export interface DocumentParams {
  readonly uri: string;
}

/** The tasks of one open document. */
export interface TasksResult {
  /** Version of the document that the ranges count in; null when it is not open. */
  readonly version: number | null;
  /** The job's id, null when there is none to read. */
  readonly jobId: string | null;
  /** Every task whose driver is qemu, in file order. */
  readonly tasks: readonly QemuTask[];
  /** Variables that need a value before the job can run, in file order. */
  readonly unsetVariables: readonly UnsetVariable[];
}

export interface QemuTask {
  readonly group: string;
  readonly task: string;
  /** The header `task "vm"`: where a code lens stands. */
  readonly range: Range;
  /** The whole block. */
  readonly blockRange: Range;
  readonly runnable: Runnable;
}

export type Runnable =
  | { readonly kind: "yes" }
  /** It runs once the variables of `unsetVariables` have values. */
  | { readonly kind: "needs-variables" }
  /** An error that the linter found: `message` is the finding's, `range` its place. */
  | { readonly kind: "no"; readonly message: string; readonly code: string; readonly range: Range };

export interface UnsetVariable {
  readonly name: string;
  readonly description: string | null;
  /** The type constraint as written, null when there is none. */
  readonly typeText: string | null;
}

export interface StatusResult {
  readonly version: string;
  readonly pid: number;
  readonly openDocuments: number;
  readonly pluginConfig: PluginConfig;
  readonly fingerprintKnown: boolean;
  readonly nomadVersion: string | null;
  /** ms that parsing and linting took the last time; null before the first. */
  readonly lastLintMs: number | null;
}

/** Requests from the client: method → [params, result]. */
export interface LanguageRequests {
  "nomadQemu/tasks": [DocumentParams, TasksResult];
  "nomadQemu/status": [Record<string, never>, StatusResult];
  /** Re-lints every open document; answers when the new configuration is in force. */
  "nomadQemu/configure": [ConfigureParams, null];
}

/** Notifications from the server. */
export interface LanguageNotifications {
  /** After each lint of a document: code lenses that were made from an older answer are stale. */
  "nomadQemu/tasksChanged": { readonly uri: string; readonly version: number | null };
}

export const TASKS_REQUEST = "nomadQemu/tasks" satisfies keyof LanguageRequests;
export const STATUS_REQUEST = "nomadQemu/status" satisfies keyof LanguageRequests;
export const CONFIGURE_REQUEST = "nomadQemu/configure" satisfies keyof LanguageRequests;
export const TASKS_CHANGED_NOTIFICATION = "nomadQemu/tasksChanged" satisfies keyof LanguageNotifications;
