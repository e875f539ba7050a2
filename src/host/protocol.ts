// The RPC between the host and its clients (editor windows, command lines): JSON-RPC 2.0 over an owner-only socket.
// Only plain data. Binary data is base64. Every failure a person can mend comes as a Problem in the error's `data`.
import type { AllocationSummary, TaskEvent } from "../client/status.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { Job } from "../jobspec/job.ts";

/** Raised with every incompatible change. A client that meets another version asks the host to leave (VMs live on) and starts its own. */
export const PROTOCOL_VERSION = 4;

/** The code of an error whose data is a Problem; outside the range that JSON-RPC keeps for itself. */
export const PROBLEM_ERROR_CODE = 1;

export interface InitializeResult {
  readonly protocolVersion: number;
  readonly version: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly startedAt: number;
}

export interface RunParams {
  readonly job: Job;
  readonly group: string;
  /** Absolute path, or undefined for standard input. */
  readonly jobFile: string | undefined;
  readonly pluginConfig: PluginConfig;
  /** Environment of the caller: PATH and what Nomad's agent would pass on to the task. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A job file as it is read by whoever asks for the run. */
export interface RunFileParams extends Omit<RunParams, "job" | "group"> {
  /** What messages call the file. */
  readonly name: string;
  readonly text: string;
  readonly form: "hcl" | "api-json";
  readonly variables: {
    readonly files: readonly { readonly name: string; readonly text: string }[];
    readonly flags: readonly { readonly name: string; readonly value: string }[];
    readonly unknownNames: "error" | "warning";
  };
  /** The folder that file functions read from; undefined disables them. */
  readonly fileRoot: string | undefined;
  readonly group: string | undefined;
  readonly task: string | undefined;
  /** `accepts`: HashiCorp's own parser has been asked about this text. */
  readonly secondOpinion: "accepts" | "not-asked";
}

export type RunFileResult =
  | { readonly kind: "started"; readonly allocation: AllocationSummary }
  /** Nothing was run. `reasons` are lines for people, with places; `fingerprint` is what was found of QEMU, if it was looked for. */
  | {
      readonly kind: "refused";
      readonly reasons: readonly string[];
      readonly fingerprint: Fingerprint | undefined;
    }
  /** Nothing was run: this text has not been seen before. Ask HashiCorp's parser, then ask again. */
  | { readonly kind: "second-opinion" };

export interface ConsoleAttachment {
  readonly consoleId: string;
  /** Base64 of the last bytes printed before attaching. */
  readonly history: string;
  /** Bytes that the task's process had printed until then; `history` ends there. */
  readonly position: number;
  /** When that process was started, ms since the epoch: the next one's positions begin at 0 again. */
  readonly startedAt: number;
}

/** What a client connects for; `work` when it does not say. `watch`: stays connected to show what happens, and keeps no host alive that has nothing to do. */
export type ClientPurpose = "work" | "watch";

/** Requests: method → [params, result]. */
export interface Requests {
  "host/initialize": [{ protocolVersion: number; client: string; purpose?: ClientPurpose }, InitializeResult];
  "host/status": [Record<string, never>, InitializeResult & { allocations: number; running: number; clients: number }];
  /** Ends the host process; VMs go on and the next host adopts them. */
  "host/stop": [Record<string, never>, null];
  "allocation/run": [RunParams, AllocationSummary];
  "job/run": [RunFileParams, RunFileResult];
  /** The answer to a `job/run` whose params were left in the requests folder under this name (requestFiles.ts). */
  "job/answer": [{ request: string }, RunFileResult];
  "allocation/list": [Record<string, never>, AllocationSummary[]];
  /** `id` may be any unique prefix. */
  "allocation/get": [{ id: string }, AllocationSummary];
  /** Resolves when every task is dead. `now` skips the power button and the kill signal; `purge` then removes the allocation's files. */
  "allocation/stop": [{ id: string; now: boolean; purge: boolean }, AllocationSummary];
  "allocation/restart": [{ id: string; task: string | undefined }, AllocationSummary];
  /** Removes a dead allocation and its files. */
  "allocation/remove": [{ id: string }, null];
  "console/attach": [{ id: string; task: string | undefined; historyBytes: number }, ConsoleAttachment];
  "console/write": [{ consoleId: string; data: string }, null];
  "console/detach": [{ consoleId: string }, null];
}

/** Notifications from the host to every client. */
export interface Notifications {
  "allocation/changed": AllocationSummary;
  "allocation/removed": { id: string };
  "task/event": { id: string; task: string; event: TaskEvent };
  /** Progress of a download: `total` is 0 when unknown. */
  "artifact/progress": { id: string; task: string; source: string; received: number; total: number };
  /** `position`: bytes that the task's process has printed, these included. */
  "console/data": { consoleId: string; data: string; position: number };
  "console/closed": { consoleId: string; reason: string };
}
