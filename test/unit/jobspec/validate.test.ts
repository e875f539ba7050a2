import { describe, expect, test } from "vitest";
import { SourceText } from "../../../src/hcl/source.ts";
import type { Job } from "../../../src/jobspec/job.ts";
import { parseJobFile } from "../../../src/jobspec/parse.ts";
import {
  ANY_SERVER,
  NO_SERVER,
  PLAIN_SERVER,
  RULES,
  serverForRegion,
  validateJob,
  type ServerFacts,
} from "../../../src/jobspec/validate.ts";

function jobOf(text: string): Job {
  const { job, diagnostics } = parseJobFile(new SourceText("job.nomad.hcl", text), { mode: "strict" });
  expect(diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`)).toEqual([]);
  if (job === undefined) throw new Error("no job");
  return job;
}

const found = (text: string, server?: ServerFacts): string[] =>
  validateJob(jobOf(text), server).map(({ severity, code, path }) => `${severity} ${code} ${path.join(".")}`);

/** A job with one group and one task. */
const job = (parts: { job?: string; group?: string; task?: string }): string => `job "j" {
  ${parts.job ?? ""}
  group "g" {
    ${parts.group ?? ""}
    task "t" {
      driver = "qemu"
      ${parts.task ?? ""}
    }
  }
}`;

test("a sound job has no findings", () => {
  expect(found(job({}))).toEqual([]);
});

// Beside the recordings: checks that no recorded job runs into. Each row is a place in the job and what is found there.
describe("errors and their places", () => {
  test.each<[Parameters<typeof job>[0], string[]]>([
    [{ group: "count = 60000" }, ["job/count-total "]],
    [{ job: "multiregion {}" }, []],
    [{ job: 'multiregion {\n region "r" {}\n }' }, ["job/multiregion Multiregion"]],
    [
      { group: 'volume "v" {\n type = "host"\n source = "s"\n per_alloc = true\n sticky = true\n }' },
      ["volume/per-alloc-sticky TaskGroups.0.Volumes.v.PerAlloc"],
    ],
    [
      { group: 'volume "v" {\n type = "host"\n source = "s"\n access_mode = "single-node-reader-only"\n }' },
      ["volume/read-only TaskGroups.0.Volumes.v.ReadOnly"],
    ],
    [
      {
        group:
          'count = 2\n volume "v" {\n type = "csi"\n source = "s"\n attachment_mode = "file-system"\n access_mode = "single-node-reader-only"\n }',
      },
      [
        "volume/read-only TaskGroups.0.Volumes.v.ReadOnly",
        "volume/access-mode-count TaskGroups.0.Volumes.v.AccessMode",
      ],
    ],
    [
      {
        group:
          'count = 2\n volume "v" {\n type = "csi"\n source = "s"\n attachment_mode = "file-system"\n access_mode = "multi-node-single-writer"\n }',
      },
      ["volume/access-mode-count TaskGroups.0.Volumes.v.AccessMode"],
    ],
    [
      { group: 'disconnect {\n lost_after = "-1s"\n }' },
      ["disconnect/lost-after-negative TaskGroups.0.Disconnect.LostAfter"],
    ],
    [{ job: 'type = "batch"', group: 'disconnect {\n stop_on_client_after = "1m"\n }' }, []],
    [
      { job: 'type = "sysbatch"', group: 'disconnect {\n stop_on_client_after = "1m"\n }' },
      ["disconnect/stop-after-job-type TaskGroups.0.Disconnect.StopOnClientAfter"],
    ],
    [
      {
        task: 'resources {\n device "a/b" {\n constraint {\n operator = "distinct_hosts"\n value = "true"\n }\n }\n }',
      },
      ["constraint/device-distinct TaskGroups.0.Tasks.0.Resources.Devices.0.Constraints.0"],
    ],
    [
      {
        task: 'resources {\n device "a/b" {\n affinity {\n attribute = "${device.model}"\n value = "x"\n weight = 0\n }\n }\n }',
      },
      ["affinity/weight-zero TaskGroups.0.Tasks.0.Resources.Devices.0.Affinities.0.Weight"],
    ],
    [
      { task: 'kind = "connect-proxy:web"\n leader = true' },
      ["connect-proxy/leader TaskGroups.0.Tasks.0.Leader", "connect-proxy/service-missing TaskGroups.0.Tasks.0.Kind"],
    ],
    [
      { task: 'artifact {\n source = "http://x/y"\n options {\n checksum = "md5:abc"\n }\n }' },
      ["artifact/checksum-value TaskGroups.0.Tasks.0.Artifacts.0.GetterOptions.checksum"],
    ],
    [{ task: 'artifact {\n source = "http://x/y"\n options {\n checksum = "md5:${NOMAD_META_sum}"\n }\n }' }, []],
    [
      { task: 'artifact {\n source = "http://x/y"\n destination = "../../x"\n }' },
      ["artifact/destination-escapes TaskGroups.0.Tasks.0.Artifacts.0.RelativeDest"],
    ],
    [{ task: 'artifact {\n source = "http://x/y"\n destination = "../alloc/data"\n }' }, []],
    [
      { task: 'template {\n data = "x"\n destination = "local/x"\n perms = "77777"\n }' },
      ["template/permissions TaskGroups.0.Tasks.0.Templates.0.Perms"],
    ],
    [
      { task: 'template {\n data = "x"\n destination = "local/x"\n change_mode = "signal"\n change_signal = ""\n }' },
      // The server adds a constraint on the signal, and refuses that too.
      [
        "constraint/set-value-missing TaskGroups.0.Tasks.0.Templates.0.ChangeSignal",
        "template/signal-missing TaskGroups.0.Tasks.0.Templates.0.ChangeSignal",
      ],
    ],
    [
      { task: 'identity {\n name = "a"\n aud = ["x"]\n ttl = "1h"\n change_mode = "signal"\n }' },
      ["identity/change-signal-missing TaskGroups.0.Tasks.0.Identities.0.ChangeMode"],
    ],
    [
      { task: 'volume_mount {\n volume = ""\n destination = "/x"\n }' },
      [
        "volume-mount/undefined TaskGroups.0.Tasks.0.VolumeMounts.0.Volume",
        "volume-mount/volume-missing TaskGroups.0.Tasks.0.VolumeMounts.0",
      ],
    ],
    [
      {
        group:
          'network {\n mode = "bridge"\n }\n service {\n name = "web"\n port = "80"\n check {\n type = "tcp"\n interval = "9s"\n timeout = "2s"\n check_restart {\n limit = -1\n grace = "-1s"\n }\n }\n }',
      },
      [
        "check/restart-limit TaskGroups.0.Services.0.Checks.0.CheckRestart",
        "check/restart-grace TaskGroups.0.Services.0.Checks.0.CheckRestart",
      ],
    ],
    [
      {
        group:
          'network {\n mode = "bridge"\n }\n service {\n name = "web"\n port = "80"\n connect {\n sidecar_service {}\n sidecar_task {\n name = "t"\n logs {\n max_files = -1\n }\n }\n }\n }\n task "p" {\n driver = "docker"\n kind = "connect-proxy:web"\n }',
      },
      ["task/name-duplicate TaskGroups.0.Tasks.1"],
    ],
    [
      { group: 'network {\n mode = "bridge"\n }\n service {\n name = "Web"\n connect {\n sidecar_service {}\n }\n }' },
      ["service/connect-upper-case TaskGroups.0.Services.0.Name"],
    ],
    [
      {
        group:
          'network {\n mode = "bridge"\n }\n service {\n name = "web"\n connect {\n gateway {\n ingress {\n listener {\n port = 80\n protocol = "udp"\n service {\n name = "x"\n }\n }\n }\n }\n }\n }',
      },
      ["service/connect-gateway TaskGroups.0.Services.0.Connect.Gateway"],
    ],
    [
      {
        group:
          'network {\n mode = "bridge"\n }\n service {\n name = "web"\n connect {\n gateway {\n mesh {}\n }\n }\n }',
      },
      ["job/connect-mutation TaskGroups.0.Services.0.Connect"],
    ],
    [
      {
        group:
          'network {\n mode = "bridge"\n }\n service {\n name = "web"\n port = "80"\n connect {\n sidecar_service {\n proxy {\n upstreams {\n destination_name = "a"\n local_bind_port = 1\n }\n upstreams {\n destination_name = "b"\n local_bind_port = 1\n }\n }\n }\n }\n }',
      },
      ["service/connect-upstream-address TaskGroups.0.Services.0.Connect.SidecarService.Proxy.Upstreams.1"],
    ],
  ])("%j", (parts, expected) => {
    const errors = validateJob(jobOf(job(parts))).filter(({ severity }) => severity === "error");
    expect(errors.map(({ code, path }) => `${code} ${path.join(".")}`)).toEqual(expected);
  });

  test("a group with nothing but a gateway gets its task from Nomad", () => {
    const gateway =
      'service {\n name = "gw"\n connect {\n gateway {\n ingress {\n listener {\n port = 80\n service {\n name = "x"\n }\n }\n }\n }\n }\n }';
    const text = `job "j" {\n group "g" {\n network {\n mode = "bridge"\n }\n ${gateway}\n }\n}`;
    expect(found(text)).toEqual([]);
    expect(found(text, NO_SERVER)).toEqual([
      "error group/tasks-missing TaskGroups.0",
      "warning service/shutdown-delay-group TaskGroups.0.Services.0",
    ]);
  });
});

describe("what depends on the server", () => {
  const text = job({
    job: 'namespace = "team"\n node_pool = "gpu"\n priority = 90',
    task: 'vault {}\n resources {\n memory_max = 400\n numa {\n affinity = "prefer"\n }\n }',
  });

  test("is judged for a freshly installed one", () => {
    expect(found(text)).toEqual([
      "error server/vault-disabled TaskGroups.0.Tasks.0.Vault",
      "error server/namespace-missing Namespace",
      "error server/node-pool-missing NodePool",
      "error server/numa TaskGroups.0.Tasks.0.Resources.NUMA",
      "warning server/memory-oversubscription TaskGroups.0.Tasks.0.Resources.MemoryMaxMB",
    ]);
  });

  test("for one that is described", () => {
    const server: ServerFacts = {
      ...PLAIN_SERVER,
      namespaces: ["team"],
      nodePools: ["gpu"],
      vaultClusters: ["default"],
      maxPriority: 80,
    };
    expect(found(text, server)).toEqual([
      "error job/priority Priority",
      "error server/numa TaskGroups.0.Tasks.0.Resources.NUMA",
      "warning server/memory-oversubscription TaskGroups.0.Tasks.0.Resources.MemoryMaxMB",
    ]);
  });

  test("or for one of which nothing is known, or none", () => {
    expect(found(text, ANY_SERVER)).toEqual([]);
    expect(found(text, NO_SERVER)).toEqual([]);
    expect(serverForRegion("global", PLAIN_SERVER)).toBe(PLAIN_SERVER);
    expect(serverForRegion(null, PLAIN_SERVER)).toBe(PLAIN_SERVER);
    expect(serverForRegion("eu", PLAIN_SERVER)).toBe(NO_SERVER);
  });
});

test("every rule says what to do, in sentences", () => {
  for (const [code, detail] of Object.entries(RULES)) {
    expect([code, detail]).toEqual([code, expect.stringMatching(/^\S.*[.]$/s)]);
    expect(code).toMatch(/^[a-z-]+\/[a-z-]+$/);
  }
});

test("odd data is judged, not thrown at", () => {
  const odd = {
    ID: 5,
    TaskGroups: [null, { Name: null, Tasks: [{ Resources: "x", Services: {} }, 7] }, "x"],
    Constraints: {},
  };
  expect(() => validateJob(odd as unknown as Job)).not.toThrow();
  expect(() => validateJob({} as Job)).not.toThrow();
});
