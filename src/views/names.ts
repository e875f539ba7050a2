// Every name that the manifest (package.json) and the code must agree on; test/unit/views/manifest.test.ts compares them.

export const COMMANDS = {
  runTask: "nomadQemu.runTask",
  stop: "nomadQemu.stop",
  killNow: "nomadQemu.killNow",
  restart: "nomadQemu.restart",
  openConsole: "nomadQemu.openConsole",
  showLogs: "nomadQemu.showLogs",
  showCommandLine: "nomadQemu.showCommandLine",
  copyCommandLine: "nomadQemu.copyCommandLine",
  copyAllocationId: "nomadQemu.copyAllocationId",
  copyAddress: "nomadQemu.copyAddress",
  openJobFile: "nomadQemu.openJobFile",
  remove: "nomadQemu.remove",
  removeFinished: "nomadQemu.removeFinished",
  stopAll: "nomadQemu.stopAll",
  refresh: "nomadQemu.refresh",
  newExample: "nomadQemu.newExample",
  showFingerprint: "nomadQemu.showFingerprint",
  openPluginConfig: "nomadQemu.openPluginConfig",
  restartLanguageServer: "nomadQemu.restartLanguageServer",
  showLog: "nomadQemu.showLog",
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEW_ID = "nomadQemu.vms";

/** Settings, all below `nomadQemu.`. */
export const SETTINGS = {
  confirmRun: "confirmRun",
  openConsoleOnRun: "openConsoleOnRun",
  codeLens: "codeLens",
  nomadVersion: "nomadVersion",
  agentConfigFiles: "agentConfigFiles",
  imagePaths: "imagePaths",
  argsAllowlist: "argsAllowlist",
  emulatorsAllowlist: "emulatorsAllowlist",
  dataDir: "dataDir",
} as const;

/** `when` clause keys, all below `nomadQemu.`, with their values. */
export interface ContextKeys {
  /** idle: nobody asked for it yet, or it is not needed; asleep: it was needed, and left when nothing ran. */
  readonly host: "idle" | "asleep" | "connecting" | "ready" | "unreachable";
  readonly qemu: "unknown" | "found" | "missing";
  /** The active editor shows a job file: VS Code tells a view nothing of the editors. */
  readonly jobFile: boolean;
  /** Allocations that run or are about to. */
  readonly running: number;
  readonly finished: number;
  readonly allocations: number;
}
