// What a command is, and what all of them may use.
import type * as vscode from "vscode";
import type { Logger } from "../base/logger.ts";
import type { AllocationStore } from "../views/allocationStore.ts";
import type { Consoles } from "../views/consoleTerminal.ts";
import type { HostLink } from "../views/hostLink.ts";
import type { LanguageServer } from "../views/languageServer.ts";
import type { LogDocuments } from "../views/logDocuments.ts";
import type { Machine } from "../views/machine.ts";
import type { CommandId } from "../views/names.ts";
import type { PluginPolicy } from "../views/pluginPolicy.ts";
import type { VirtualDocuments } from "../views/virtualDocuments.ts";
import type { VmTree } from "../views/vmTree.ts";

export interface Services {
  readonly extension: vscode.ExtensionContext;
  readonly log: Logger;
  readonly logChannel: vscode.LogOutputChannel;
  readonly link: HostLink;
  readonly store: AllocationStore;
  readonly tree: VmTree;
  readonly consoles: Consoles;
  readonly documents: VirtualDocuments;
  readonly logs: LogDocuments;
  readonly server: LanguageServer;
  readonly policy: PluginPolicy;
  readonly machine: Machine;
}

export interface Command {
  readonly id: CommandId;
  /** `trust`: refuses in Restricted Mode and says why. */
  readonly needs: "nothing" | "trust";
  /** A ProblemError that it throws is shown; that a person backed out is no failure and ends it silently. */
  readonly run: (services: Services, argument: unknown) => Promise<void>;
}
