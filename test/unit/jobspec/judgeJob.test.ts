import { describe, expect, test } from "vitest";
import { SourceText } from "../../../src/hcl/source.ts";
import { canonicalize } from "../../../src/jobspec/canonicalize.ts";
import { judgeJob, placeable, type Verdict } from "../../../src/jobspec/constraints.ts";
import { impliedConstraints } from "../../../src/jobspec/constraints/implied.ts";
import type { Job } from "../../../src/jobspec/job.ts";
import type { NodeDescription } from "../../../src/jobspec/node.ts";
import { parseJobFile } from "../../../src/jobspec/parse.ts";

const node: NodeDescription = {
  knowledge: "complete",
  id: "n",
  name: "n1",
  datacenter: "dc1",
  class: "vm",
  pool: "default",
  region: "global",
  attributes: {
    "kernel.name": "linux",
    "driver.raw_exec": "1",
    "driver.off": "0",
    "nomad.version": "2.0.6-dev",
    "nomad.service_discovery": "true",
    "os.signals": "SIGHUP,SIGINT,SIGTERM",
  },
  meta: { rack: "r1" },
  drivers: {
    qemu: { detected: true, healthy: true, healthDescription: "Healthy", attributes: {} },
    docker: { detected: false, healthy: false, healthDescription: "no daemon", attributes: {} },
    exec: { detected: true, healthy: false, healthDescription: "", attributes: {} },
  },
};

function jobOf(text: string): Job {
  const { job, diagnostics } = parseJobFile(new SourceText("job.nomad.hcl", text), { mode: "strict" });
  expect(diagnostics).toEqual([]);
  if (job === undefined) throw new Error("no job");
  return job;
}

const task = (body: string, driver = "qemu"): string =>
  `group "g" {\n task "t" {\n driver = "${driver}"\n ${body}\n }\n }`;
const verdicts = (body: string, on: NodeDescription = node): Verdict[] => judgeJob(jobOf(`job "j" {\n ${body}\n}`), on);
const of = (kind: Verdict["kind"], all: readonly Verdict[]): unknown[] =>
  all.filter((each) => each.kind === kind).map(({ met }) => met);

describe("a job on a node", () => {
  test("is judged from the job down to its tasks, each with its place", () => {
    const all = verdicts(`
      constraint {
        attribute = "\${attr.kernel.name}"
        value     = "linux"
      }
      group "g" {
        constraint {
          attribute = "\${meta.rack}"
          value     = "r2"
        }
        affinity {
          attribute = "\${node.class}"
          value     = "vm"
          weight    = -20
        }
        task "t" {
          driver = "qemu"
          constraint {
            operator = "distinct_hosts"
            value    = "true"
          }
        }
      }`);
    expect(
      all.map(({ kind, text, group, task: name, path, met, weight }) => [
        kind,
        text,
        group,
        name,
        path.join("."),
        met,
        weight,
      ]),
    ).toEqual([
      ["datacenter", "datacenters *", undefined, undefined, "Datacenters", true, undefined],
      ["node-pool", "node_pool default", undefined, undefined, "NodePool", true, undefined],
      ["constraint", "${attr.kernel.name} = linux", undefined, undefined, "Constraints.0", true, undefined],
      ["constraint", "${meta.rack} = r2", "g", undefined, "TaskGroups.0.Constraints.0", false, undefined],
      ["affinity", "${node.class} = vm", "g", undefined, "TaskGroups.0.Affinities.0", true, -20],
      ["driver", "missing drivers", "g", "t", "TaskGroups.0.Tasks.0.Driver", true, undefined],
      ["constraint", "distinct_hosts true", "g", "t", "TaskGroups.0.Tasks.0.Constraints.0", true, undefined],
    ]);
    expect(placeable(all)).toBe(false);
  });

  test.each([
    ['datacenters = ["dc1"]', true],
    ['datacenters = ["dc2"]', false],
    ['datacenters = ["dc2", "dc1"]', true],
    ['datacenters = ["dc*"]', true],
    ['datacenters = ["*1"]', true],
    ['datacenters = ["d*c*1"]', true],
    ['datacenters = ["d*x*1"]', false],
    ['datacenters = ["*c"]', false],
    ['datacenters = ["dc1*1"]', false],
    ["datacenters = []", true],
    ['datacenters = ["DC1"]', false],
  ])("%s: %s", (argument, met) => {
    expect(of("datacenter", verdicts(`${argument}\n${task("")}`))).toEqual([met]);
  });

  test.each([
    ['node_pool = "default"', true],
    ['node_pool = "all"', true],
    ['node_pool = "gpu"', false],
  ])("%s: %s", (argument, met) => {
    expect(of("node-pool", verdicts(`${argument}\n${task("")}`))).toEqual([met]);
  });

  test.each([
    ["qemu", true, "detected and healthy"],
    ["docker", false, "not detected: no daemon"],
    ["exec", false, "not healthy."],
    ["raw_exec", true, "has the driver"],
    ["off", false, "no driver off"],
    ["podman", false, "no driver podman"],
    ["constructor", false, "no driver constructor"],
  ])("driver %s: %s", (driver, met, words) => {
    const [verdict] = verdicts(task("", driver)).filter(({ kind }) => kind === "driver");
    expect(verdict?.met).toBe(met);
    expect(verdict?.reason).toContain(words);
  });

  test("is undecided where the node is partly known, and affinities never decide", () => {
    const partly: NodeDescription = { ...node, knowledge: "partial", datacenter: undefined, pool: undefined };
    const all = verdicts(`datacenters = ["dc1"]\n${task("", "podman")}`, partly);
    expect([of("datacenter", all), of("node-pool", all), of("driver", all)]).toEqual([
      ["unknown"],
      ["unknown"],
      ["unknown"],
    ]);
    expect(placeable(all)).toBe("unknown");
    const wish = verdicts(task('affinity {\n attribute = "${meta.rack}"\n value = "r9"\n }'));
    expect([of("affinity", wish), placeable(wish)]).toEqual([[false], true]);
  });

  test("leaves devices open", () => {
    expect(of("device", verdicts(task('resources {\n device "nvidia/gpu" {}\n }')))).toEqual(["unknown"]);
  });

  test("is judged the same when it is canonical", () => {
    const job = jobOf(`job "j" {\n ${task('kill_signal = "SIGTERM"')}\n}`);
    expect(judgeJob(canonicalize(job), node)).toEqual(judgeJob(job, node));
  });
});

describe("implied constraints", () => {
  const implied = (body: string): string[] =>
    impliedConstraints(jobOf(`job "j" {\n ${body}\n}`), 0).map(({ constraint: { LTarget, Operand, RTarget }, path }) =>
      `${LTarget} ${Operand} ${RTarget} @ ${path.join(".")}`.replaceAll("TaskGroups.0", "G"),
    );

  test.each<[string, string[]]>([
    [task(""), []],
    [task('kill_signal = "SIGTERM"'), ["${attr.os.signals} set_contains SIGTERM @ G.Tasks.0.KillSignal"]],
    [
      task(
        'kill_signal = "SIGTERM"\n template {\n data = "x"\n destination = "local/x"\n change_mode = "signal"\n change_signal = "sighup"\n }',
      ),
      ["${attr.os.signals} set_contains SIGHUP,SIGTERM @ G"],
    ],
    [
      task('template {\n data = "x"\n destination = "local/x"\n change_mode = "signal"\n }'),
      ["${attr.os.signals} set_contains SIGHUP @ G.Tasks.0.Templates.0.ChangeSignal"],
    ],
    [task("vault {}"), ["${attr.vault.version} semver >= 0.6.1 @ G.Tasks.0.Vault"]],
    [task('vault {\n cluster = "other"\n }'), ["${attr.vault.other.version} semver >= 0.6.1 @ G.Tasks.0.Vault"]],
    [task("service {}"), ["${attr.consul.version} semver >= 1.8.0 @ G.Tasks.0.Services.0"]],
    [task('service {\n provider = "nomad"\n }'), ["${attr.nomad.service_discovery} = true @ G.Tasks.0.Services.0"]],
    [
      task('service {\n provider = "nomad"\n check {\n type = "tcp"\n }\n }'),
      [
        "${attr.nomad.service_discovery} = true @ G.Tasks.0.Services.0",
        "${attr.nomad.version} semver >= 1.4.0 @ G.Tasks.0.Services.0.Checks",
      ],
    ],
    [
      task('resources {\n numa {\n affinity = "prefer"\n }\n }'),
      [
        "${attr.nomad.version} semver >= 1.6.3-dev @ G.Tasks.0.Resources.NUMA",
        "${attr.kernel.name} = linux @ G.Tasks.0.Resources.NUMA",
      ],
    ],
    [task('resources {\n numa {\n affinity = "none"\n }\n }'), []],
    [
      'group "g" {\n network {\n mode = "bridge"\n }\n task "t" {\n driver = "qemu"\n }\n }',
      ["bridge", "firewall", "host-local", "loopback", "portmap"].map(
        (name) => `\${attr.plugins.cni.version.${name}} semver >= 0.4.0 @ G.Networks.0.Mode`,
      ),
    ],
    [
      'group "g" {\n constraint {\n attribute = "${attr.vault.version}"\n operator = "version"\n value = "> 1"\n }\n task "t" {\n driver = "qemu"\n vault {}\n }\n }',
      [],
    ],
    [
      'group "g" {\n constraint {\n attribute = "${attr.os.signals}"\n operator = "set_contains"\n value = "SIGTERM"\n }\n task "t" {\n driver = "qemu"\n kill_signal = "SIGTERM"\n }\n }',
      [],
    ],
  ])("%s", (body, expected) => {
    expect(implied(body)).toEqual(expected);
  });

  test("are judged with the job's own", () => {
    expect(of("implied", verdicts(task('kill_signal = "SIGUSR1"')))).toEqual([false]);
    expect(of("implied", verdicts(task('kill_signal = "SIGTERM"')))).toEqual([true]);
    expect(of("implied", verdicts(task('kill_signal = "sigterm"')))).toEqual([false]);
  });
});
