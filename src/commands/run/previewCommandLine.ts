// The command line of a task before there is an allocation: what is decided when it runs stands as zeros.
import os from "node:os";
import path from "node:path";
import { dataPaths } from "../../base/paths.ts";
import { previewTask } from "../../client/previewTask.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import { localSuffix } from "../../driver/localSuffix.ts";
import type { PluginConfig } from "../../driver/pluginConfig.ts";
import type { Job, Task, TaskGroup } from "../../jobspec/job.ts";
import type { NodeDescription } from "../../jobspec/node.ts";
import { NO_ALLOCATION_ID } from "../../jobspec/taskVariables.ts";

export interface PreviewedCommandLine {
  readonly nomad: readonly string[];
  /** What the local runner adds for itself. */
  readonly local: readonly string[];
}

export interface PreviewInput {
  /** Absolute; where allocations are kept. */
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pluginConfig: PluginConfig;
  readonly fingerprint: Fingerprint;
  /** This machine (src/client/machineFacts.ts, localNode). */
  readonly node: NodeDescription;
}

/** The command line as far as it is known: allocation id and dynamic host ports are zero. The task passed the linter. */
export function previewCommandLine(job: Job, group: TaskGroup, task: Task, input: PreviewInput): PreviewedCommandLine {
  const { node, pluginConfig, fingerprint } = input;
  const preview = previewTask(job, group, task, {
    ...{ node, pluginConfig, fingerprint, hostEnvironment: input.environment, hostPorts: new Map() },
    allocDir: path.join(dataPaths(input.dataDir).allocDir, NO_ALLOCATION_ID),
  });
  const { taskConfig, argv, dirs } = preview;
  if (taskConfig === undefined) return { nomad: [], local: [] };
  const socketDir = path.join(os.tmpdir(), "nomad-qemu-00000000");
  const local = localSuffix({ taskConfig, runId: "00000000", socketDir, spoolDir: dirs.logsDir });
  return { nomad: argv, local: local.ok ? local.value.args : [] };
}
