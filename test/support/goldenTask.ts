// From a recorded job file to everything that the driver is told about its task: what the client works out around it.
import path from "node:path";
import { taskEnvironment } from "../../src/client/taskEnvironment.ts";
import type { AssignedPort } from "../../src/jobspec/groupPorts.ts";
import type { CommandLineInput, Dns } from "../../src/driver/commandLine.ts";
import type { PluginConfig } from "../../src/driver/pluginConfig.ts";
import type { TaskToCheck } from "../../src/driver/policy.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { canonicalize } from "../../src/jobspec/canonicalize.ts";
import type { DriverConfigScope } from "../../src/jobspec/driverConfigTypes.ts";
import { interpolateText } from "../../src/jobspec/interpolate.ts";
import type { Network, Task } from "../../src/jobspec/job.ts";
import type { NodeDescription } from "../../src/jobspec/node.ts";
import { nodeFromApi } from "../../src/jobspec/nodeSources.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { taskMemoryMB } from "../../src/jobspec/taskVariables.ts";
import { readGoldenJson } from "./golden.ts";

export interface GoldenRow {
  readonly id: string;
  readonly hcl: string;
  readonly plugin: {
    readonly image_paths?: string[];
    readonly args_allowlist?: string[];
    readonly emulators_allowlist?: string[];
  };
  /** Label → host port that the recording got. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** As long as the recorded allocation directories were; what the recordings call `${ALLOC}`. */
export const ALLOC_DIR = "/opt/recorded/nomad/data/alloc/11111111-2222-3333-4444-555555555555";

const ALLOC_ID = path.basename(ALLOC_DIR);

/** A recorded text with its normalised parts (`${ALLOC}`, `${ALLOC_ID}`, `${NODE_ID}`, …) as they are in our tests. */
export function localNames(text: string): string {
  return text
    .replaceAll("${ALLOC}", ALLOC_DIR)
    .replaceAll("${ALLOC_ID}", ALLOC_ID)
    .replaceAll("${ALLOC_ID8}", ALLOC_ID.slice(0, 8))
    .replaceAll("${NODE_ID}", recordedNode().id ?? "");
}

/** The node that the recordings were made on. */
export function recordedNode(): NodeDescription {
  const node = nodeFromApi(readGoldenJson("driver/node.json"));
  if (!node.ok) throw new Error(node.error.what);
  return node.value;
}

/** What the recording agent's own environment had, as far as jobs name it (env.jsonl). */
const HOST_ENVIRONMENT = {
  GOLDEN_BOTH: "host-side",
  GOLDEN_HOST: "from-host",
  PATH: "/opt/bin:/opt/bin2:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
};

export interface GoldenTask {
  readonly task: Task;
  readonly scope: DriverConfigScope;
  /** Without the decoded config and the emulators. */
  readonly check: Omit<TaskToCheck, "taskConfig" | "emulatorPaths">;
  readonly input: Omit<CommandLineInput, "taskConfig" | "emulatorPath">;
}

/** The first task of the row's job on the recorded node. */
export function goldenTask(row: GoldenRow): GoldenTask {
  const parsed = parseJobFile(new SourceText(`${row.id}.nomad.hcl`, row.hcl), { mode: "strict" });
  if (parsed.job === undefined) throw new Error(parsed.diagnostics.map(({ summary }) => summary).join("; "));
  const job = canonicalize(parsed.job);
  const group = job.TaskGroups?.[0];
  const task = group?.Tasks?.[0];
  if (group === undefined || task === undefined) throw new Error("the job has no task");
  const node = recordedNode();
  const taskNetwork = task.Resources?.Networks?.[0];
  const groupNetwork = group.Networks?.[0];
  const assigned = (network: Network | undefined, owner: AssignedPort["owner"]): AssignedPort[] =>
    portsOf(network).map(({ Label, To, Value }) => {
      const hostPort = row.ports?.[Label] ?? Value;
      return { label: Label, hostIp: "127.0.0.1", hostPort, to: To, owner };
    });
  const taskPorts = assigned(taskNetwork, { task: task.Name });
  const reservedCores = task.Resources?.Cores ?? 0;
  const environment = taskEnvironment({
    job,
    group,
    task,
    allocId: ALLOC_ID,
    allocName: `${job.ID ?? ""}.${group.Name ?? ""}[0]`,
    allocIndex: 0,
    allocDir: ALLOC_DIR,
    node,
    ports: [...assigned(groupNetwork, "group"), ...taskPorts],
    hostEnvironment: HOST_ENVIRONMENT,
    templateEnvironment: {},
  });
  const interpolated = (text: string): string => interpolateText(text, environment, node);
  const dns: Dns = {
    servers: (groupNetwork?.DNS?.Servers ?? []).map(interpolated),
    searches: (groupNetwork?.DNS?.Searches ?? []).map(interpolated),
  };
  const memoryMB = taskMemoryMB(task);
  const taskDir = `${ALLOC_DIR}/${task.Name}`;
  return {
    task,
    scope: { environment, node: node },
    check: {
      pluginConfig: pluginConfigOf(row),
      user: task.User,
      memoryMB,
      taskNetworkLabels: taskNetwork === undefined ? "none" : taskPorts.map(({ label }) => label),
      allocDir: ALLOC_DIR,
      taskDir,
      platform: "linux",
    },
    input: {
      taskDir,
      memoryMB,
      reservedCores,
      taskNetwork:
        taskNetwork === undefined
          ? undefined
          : { ports: Object.fromEntries(taskPorts.map(({ label, hostPort }) => [label, hostPort])) },
      dns,
    },
  };
}

function portsOf(network: Network | undefined): NonNullable<Network["DynamicPorts"]> {
  return [...(network?.ReservedPorts ?? []), ...(network?.DynamicPorts ?? [])];
}

function pluginConfigOf({ plugin }: GoldenRow): PluginConfig {
  return {
    imagePaths: plugin.image_paths ?? [],
    argsAllowlist: plugin.args_allowlist ?? [],
    emulatorsAllowlist: plugin.emulators_allowlist ?? [],
  };
}
