// The environment that Nomad gave to QEMU, variable for variable.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildTaskDir } from "../../src/client/allocDir.ts";
import type { AssignedPort } from "../../src/jobspec/groupPorts.ts";
import { driverEnvironment, taskEnvironment, type EnvironmentInput } from "../../src/client/taskEnvironment.ts";
import { renderTemplates } from "../../src/client/templates.ts";
import { decodeTaskConfig } from "../../src/driver/taskConfig.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { canonicalize } from "../../src/jobspec/canonicalize.ts";
import type { Job, TaskGroup } from "../../src/jobspec/job.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";
import { recordedNode } from "../support/goldenTask.ts";

interface Recorded {
  readonly id: string;
  readonly hcl: string;
  readonly then: string | null;
  readonly instances: readonly {
    readonly task: string;
    readonly ports: Readonly<Record<string, number>>;
    readonly env: Readonly<Record<string, string>>;
  }[];
}

/** What was in the recording agent's environment; the last ones are those that tasks must not see. */
const HOST = {
  AWS_REGION: "passes",
  CONSUL_HTTP_ADDR: "passes",
  FOO_LICENSE: "denied",
  FOO_LICENSE_PATH: "denied",
  GOLDEN_BOTH: "host-side",
  GOLDEN_HOST: "from-host",
  HOME: "/root",
  LANG: "C.UTF-8",
  LOGNAME: "root",
  NOMAD_META_hostmeta: "host-passes",
  PATH: "/opt/bin:/opt/bin2:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  QEMU_AUDIO_DRV: "none",
  SHELL: "/bin/bash",
  TERM: "dumb",
  USER: "root",
  VAULT_ADDR: "passes",
  XDG_RUNTIME_DIR: "/run/user/0",
  AWS_ACCESS_KEY_ID: "secret",
  AWS_SECRET_ACCESS_KEY: "secret",
  CONSUL_TOKEN: "secret",
  VAULT_TOKEN: "secret",
  NOMAD_TOKEN: "secret",
  NOMAD_LICENSE: "secret",
  GOOGLE_APPLICATION_CREDENTIALS: "secret",
};

const ALLOC_ID = "11111111-2222-3333-4444-555555555555";
const folder = mkdtempSync(path.join(os.tmpdir(), "env-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a single machine does not give: network namespaces, workload identities. */
const NOT_HERE = /^NOMAD_(ALLOC_(ADDR|IP|INTERFACE)_|TOKEN(_|$)|UNIX_ADDR$)/;

function portsOf(group: TaskGroup, ports: Readonly<Record<string, number>>): AssignedPort[] {
  const assign = (owner: AssignedPort["owner"], networks: TaskGroup["Networks"]): AssignedPort[] =>
    [...(networks?.[0]?.ReservedPorts ?? []), ...(networks?.[0]?.DynamicPorts ?? [])].map(({ Label, To }) => ({
      label: Label,
      hostIp: "127.0.0.1",
      hostPort: ports[Label] ?? 0,
      to: To,
      owner,
    }));
  const tasks = group.Tasks ?? [];
  return [
    ...assign("group", group.Networks),
    ...tasks.flatMap(({ Name, Resources }) => assign({ task: Name }, Resources?.Networks ?? null)),
  ];
}

/** What the server makes of a parent before the client sees it. */
function asChild(job: Job, then: string | null, id: string): Job {
  if (then === null) return job;
  const meta = then === "dispatch" ? { need: "n1" } : {};
  return { ...job, ID: id, Name: id, ParentID: job.ID ?? "", Meta: { ...job.Meta, ...meta } };
}

describeGolden("the task environment", ["driver/env.jsonl", "driver/node.json"], () => {
  test.each(readGoldenLines<Recorded>("driver/env.jsonl"))("$id", ({ id, hcl, then, instances }) => {
    const parsed = parseJobFile(new SourceText(id, hcl), { mode: "strict" }).job;
    if (parsed === undefined) throw new Error("not parsed");
    const job = canonicalize(parsed);
    const group = job.TaskGroups?.[0];
    if (group === undefined) throw new Error("no group");
    for (const { task: name, ports, env } of instances) {
      const task = group.Tasks?.find(({ Name }) => Name === name);
      if (task === undefined) throw new Error("no task");
      const allocDir = path.join(folder, ALLOC_ID);
      buildTaskDir(allocDir, name);
      const input: EnvironmentInput = {
        job: asChild(job, then, env["NOMAD_JOB_ID"] ?? ""),
        group,
        task,
        allocId: ALLOC_ID,
        allocName: env["NOMAD_ALLOC_NAME"] ?? "",
        allocIndex: Number(env["NOMAD_ALLOC_INDEX"]),
        allocDir,
        node: recordedNode(),
        ports: portsOf(group, ports),
        hostEnvironment: HOST,
        templateEnvironment: {},
      };
      const context = { task, environment: taskEnvironment(input), node: input.node, allocDir };
      const templateEnvironment = renderTemplates({ ...context, taskDir: path.join(allocDir, name) });
      const environment = taskEnvironment({ ...input, templateEnvironment });
      const { taskConfig } = decodeTaskConfig(task.Config, { environment, node: input.node });
      const ours = driverEnvironment(environment, taskConfig?.portMap ?? {});
      const text = (value: string): string =>
        value
          .replaceAll("${ALLOC}", allocDir)
          .replaceAll("${ALLOC_ID8}", ALLOC_ID.slice(0, 8))
          .replaceAll("${ALLOC_ID}", ALLOC_ID);
      const expected = Object.entries(env).filter(([key]) => !NOT_HERE.test(key) || ours[key] !== undefined);
      expect(ours).toEqual(Object.fromEntries(expected.map(([key, value]) => [key, text(value)])));
    }
  });
});
