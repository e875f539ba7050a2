// Allocations through the host, with a real QEMU and the built-in guest.
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TaskEvent } from "../../src/client/status.ts";
import { BANNER, buildHostFolder, HostWorld, jobText, KEYS, problemOf, TestConsole } from "../support/hostWorld.ts";
import { removeFolder } from "../support/hostProgram.ts";

let built: { folder: string; program: string };
let world: HostWorld;
beforeAll(async () => {
  built = await buildHostFolder();
});
afterAll(() => removeFolder(built.folder));
beforeEach(() => {
  world = new HostWorld(built.program);
});
afterEach(() => world.cleanUp());

const types = (events: readonly TaskEvent[] = []): string[] => events.map(({ type }) => type);
const displays = (events: readonly TaskEvent[] = []): string[] => events.map(({ display }) => display);
const START = ["Received", "Task Setup", "Downloading Artifacts", "Started"];
const graceful = (id: string) => ({ id, now: false, purge: false });

describe("one VM", () => {
  test("boots from the cache, echoes what is typed, and obeys its power button", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText({ tasks: [{ config: "graceful_shutdown = true" }] }));
    const { commandLine } = await world.running(host, id);
    expect(commandLine?.nomad).toContain("-nographic");
    const console = await TestConsole.attach(host, id);
    await console.until(BANNER);
    await console.type("hello");
    await console.until("hello");
    const ended = await host.request("allocation/stop", graceful(id));
    expect(ended).toMatchObject({
      status: "complete",
      description: "All tasks have completed",
      tasks: [{ state: "dead", failed: false, exit: { exitCode: 0, signal: 0, reason: "guest-shutdown" } }],
    });
    expect(ended.tasks[0]?.pid).toBeUndefined();
    expect(types(ended.tasks[0]?.events)).toEqual([...START, "Killing", "Terminated", "Killed"]);
    expect(world.log(ended)).toMatch(/TINY-READY.*hello.*TINY-OFF/s);
    expect(console.text).toBe(world.log(ended));
    // Nothing of the run is left but the allocation and its record.
    expect(readdirSync(path.join(world.dataDir, "state", id)).sort()).toEqual([
      "runs",
      "spec.json",
      "state.json",
      "vm.stderr.json",
      "vm.stdout.json",
    ]);
    expect(readdirSync(path.join(world.dataDir, "state", id, "runs"))).toEqual([]);
  });

  test("that powers itself off ends a batch job well", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText());
    await world.running(host, id);
    const console = await TestConsole.attach(host, id);
    await console.until(BANNER);
    await console.type(KEYS.off);
    const ended = await world.ended(host, id);
    expect(ended.status).toBe("complete");
    expect(types(ended.tasks[0]?.events)).toEqual([...START, "Terminated"]);
  });

  test("is killed at once when that is asked for", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText({ tasks: [{ config: "graceful_shutdown = true" }] }));
    await world.running(host, id);
    const ended = await host.request("allocation/stop", { id, now: true, purge: false });
    expect(ended.tasks[0]?.exit).toMatchObject({ exitCode: 137, signal: 9 });
    expect(displays(ended.tasks[0]?.events).slice(-3)).toEqual([
      "Sent interrupt. Waiting 0s before force killing",
      "Exit Code: 137, Signal: 9",
      "Task successfully killed",
    ]);
  });

  test("that does not obey can be hurried on", async () => {
    const host = await world.connect();
    const body = 'kill_timeout = "30s"';
    const { id } = await world.run(host, jobText({ tasks: [{ config: "graceful_shutdown = true", body }] }));
    await world.running(host, id);
    const console = await TestConsole.attach(host, id);
    await console.until(BANNER);
    await console.type(KEYS.ignoreButton);
    const pressed = new Promise<void>((resolve) => {
      host.onNotification("task/event", ({ event }) => {
        if (event.type === "Killing") resolve();
      });
    });
    const stopping = host.request("allocation/stop", graceful(id));
    await pressed;
    await host.request("allocation/stop", { id, now: true, purge: false });
    expect((await stopping).tasks[0]?.exit).toMatchObject({ signal: 9 });
  });

  test("that QEMU refuses to start has started and terminated, with QEMU's reason", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText({ tasks: [{ config: 'args = ["-nodefconfig"]' }] }));
    const ended = await world.ended(host, id);
    expect(ended).toMatchObject({ status: "failed", description: "Failed tasks" });
    expect(displays(ended.tasks[0]?.events).slice(-3)).toEqual([
      "Task started by client",
      "Exit Code: 1",
      "Policy allows no restarts",
    ]);
    expect(ended.tasks[0]?.exit?.message).toMatch(/-nodefconfig: invalid option/);
    expect(world.log(ended, "stderr")).toMatch(/invalid option/);
  });

  test("is restarted by its policy, and then no more", async () => {
    const host = await world.connect();
    const restart = 'attempts = 1\n interval = "1m"\n delay = "100ms"\n mode = "fail"';
    const { id } = await world.run(host, jobText({ type: "service", restart, tasks: [{ config: 'args = ["-x"]' }] }));
    const ended = await world.ended(host, id);
    expect(ended.tasks[0]).toMatchObject({ restarts: 1, failed: true });
    expect(types(ended.tasks[0]?.events)).toEqual([
      ...START,
      "Terminated",
      "Restarting",
      "Started",
      "Terminated",
      "Not Restarting",
    ]);
    expect(displays(ended.tasks[0]?.events).at(-1)).toBe(
      'Exceeded allowed attempts 1 in interval 1m0s and mode is "fail"',
    );
  });

  test("is restarted when a person asks, in the same log, without a count", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText());
    const first = await world.running(host, id);
    await (await TestConsole.attach(host, id)).until(BANNER);
    await host.request("allocation/restart", { id, task: undefined });
    const again = await world.until(host, id, ({ tasks }) => tasks[0]?.restarts === 1 && tasks[0].pid !== undefined);
    expect(again.tasks[0]?.pid).not.toBe(first.pid);
    await (await TestConsole.attach(host, id)).until(BANNER);
    const ended = await host.request("allocation/stop", graceful(id));
    expect(displays(ended.tasks[0]?.events).slice(4, 8)).toEqual([
      "User requested running tasks to restart",
      "Exit Code: 0",
      "Task restarting in 0s",
      "Task started by client",
    ]);
    expect(world.log(ended).split(BANNER)).toHaveLength(3);
  });

  test("takes its files with it when it is purged", async () => {
    const host = await world.connect();
    const removed = new Promise<string>((resolve) => {
      host.onNotification("allocation/removed", (gone) => resolve(gone.id));
    });
    const { id, allocDir } = await world.run(host, jobText());
    await world.running(host, id);
    await host.request("allocation/stop", { id, now: true, purge: true });
    expect(await removed).toBe(id);
    expect(existsSync(allocDir)).toBe(false);
    expect(readdirSync(path.join(world.dataDir, "state"))).toEqual([]);
    expect(await host.request("allocation/list", {})).toEqual([]);
  });

  test("has an allocation directory as on a Nomad client", async () => {
    const host = await world.connect();
    const { id, allocDir } = await world.run(host, jobText({ tasks: [{ config: "graceful_shutdown = true" }] }));
    await world.running(host, id);
    await (await TestConsole.attach(host, id)).until(BANNER);
    const modes = readdirSync(allocDir, { recursive: true, encoding: "utf8" })
      .sort()
      .map((name) => `${(statSync(path.join(allocDir, name)).mode & 0o7777).toString(8)} ${name}`);
    expect(modes).toEqual([
      "777 alloc",
      "777 alloc/data",
      "777 alloc/logs",
      "644 alloc/logs/vm.stderr.0",
      "644 alloc/logs/vm.stdout.0",
      "777 alloc/tmp",
      "777 vm",
      "777 vm/local",
      "644 vm/local/tiny.img",
      "777 vm/private",
      "755 vm/qm.sock",
      "777 vm/secrets",
      "1777 vm/tmp",
    ]);
    await host.request("allocation/stop", graceful(id));
  });

  test("announces its ports, and forwards them where the task has a network of its own", async () => {
    const host = await world.connect();
    const config = "port_map { ssh = 22 }";
    const body = "";
    const hcl = jobText({ group: 'network {\n port "web" { to = 80 }\n }', tasks: [{ config, body }] }).replace(
      "resources { memory = 128 }",
      'resources {\n memory = 128\n network {\n port "ssh" {}\n }\n }',
    );
    const { id } = await world.run(host, hcl);
    await world.running(host, id);
    const { ports, tasks } = await host.request("allocation/get", { id: id.slice(0, 8) });
    expect(ports).toEqual([
      { label: "web", hostIp: "127.0.0.1", hostPort: expect.any(Number) },
      { label: "ssh", hostIp: "127.0.0.1", hostPort: expect.any(Number), guestPort: 22 },
    ]);
    const ssh = ports[1]?.hostPort ?? 0;
    expect(tasks[0]?.commandLine?.nomad.join(" ")).toContain(`hostfwd=tcp::${ssh}-:22`);
    const socket = net.connect(ssh, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    if (process.platform === "linux") {
      const environment = readFileSync(`/proc/${tasks[0]?.pid}/environ`, "utf8").split("\0");
      expect(environment).toContain("NOMAD_PORT_ssh=22");
      expect(environment).toContain(`NOMAD_HOST_PORT_ssh=${ssh}`);
      expect(environment).toContain("NOMAD_PORT_web=80");
    }
    await host.request("allocation/stop", graceful(id));
  });
});

describe("a group", () => {
  const hook = (name: string, sidecar: boolean): string => `lifecycle {\n hook = "${name}"\n sidecar = ${sidecar}\n }`;

  test("starts its hooks in order, and ends its sidecars with the main tasks", async () => {
    const host = await world.connect();
    const version = 'args = ["--version"]';
    const { id } = await world.run(
      host,
      jobText({
        tasks: [
          { name: "pre", config: version, body: hook("prestart", false) },
          { name: "side", body: hook("prestart", true) },
          { name: "post", config: version, body: hook("poststart", false) },
          { name: "stop", config: version, body: hook("poststop", false) },
          { name: "main" },
        ],
      }),
    );
    const order: string[] = [];
    host.onNotification("task/event", ({ task, event }) => {
      if (event.type === "Started") order.push(task);
    });
    await world.until(host, id, ({ tasks }) => tasks[4]?.pid !== undefined && tasks[2]?.state === "dead");
    const console = await TestConsole.attach(host, id, "main");
    await console.until(BANNER);
    await console.type(KEYS.off);
    const ended = await world.ended(host, id);
    expect(ended.status).toBe("complete");
    expect(order.slice(-2)).toEqual(["post", "stop"]);
    const [pre, side] = ended.tasks;
    expect(types(pre?.events)).toEqual([...START, "Terminated"]);
    expect(types(side?.events)).toEqual([...START, "Main Tasks Dead", "Killing", "Terminated", "Killed"]);
    expect(world.log(ended, "stdout", "pre")).toMatch(/^QEMU emulator version/);
  });

  test("after its max_run_duration a group has no task for afterwards", async () => {
    const host = await world.connect();
    const tasks = [{ name: "main" }, { name: "stop", body: hook("poststop", false) }];
    const { id } = await world.run(host, jobText({ group: 'max_run_duration = "1s"', tasks }));
    const { tasks: ended } = await world.ended(host, id);
    expect(ended.map(({ events }) => types(events))).toEqual([
      [...START, "Killing", "Terminated", "Killed"],
      ["Received", "Killing"],
    ]);
  });

  test("ends with its leader, the leader first", async () => {
    const host = await world.connect();
    const { id } = await world.run(
      host,
      jobText({
        type: "service",
        tasks: [{ name: "a", body: 'leader = true\nshutdown_delay = "100ms"' }, { name: "b" }],
      }),
    );
    await world.until(host, id, ({ tasks }) => tasks.every(({ pid }) => pid !== undefined));
    const ended = await host.request("allocation/stop", graceful(id));
    expect(types(ended.tasks[0]?.events)).toEqual([
      ...START,
      "Killing",
      "Waiting for shutdown delay",
      "Terminated",
      "Killed",
    ]);
    expect(types(ended.tasks[1]?.events)).toEqual([
      ...START,
      "Leader Task Dead",
      "Killing",
      "Killing",
      "Terminated",
      "Killed",
    ]);
  });
});

describe("what is refused", () => {
  test("a port that is taken, with who has it", async () => {
    const server = net.createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const host = await world.connect();
    const problem = await problemOf(
      world.run(host, jobText({ group: `network {\n port "p" { static = ${port} }\n }` })),
    );
    server.close();
    expect(problem).toMatchObject({ code: "port-taken", what: `Port ${port} is already in use` });
    expect(problem.why).toContain(`pid ${process.pid}`);
    expect(await host.request("allocation/list", {})).toEqual([]);
    expect(readdirSync(path.join(world.dataDir, "alloc"))).toEqual([]);
  });

  test.each([
    ["a bridge network", { group: 'network { mode = "bridge" }' }, "network-mode-unsupported", /"bridge"/],
    [
      "a template with actions",
      { tasks: [{ body: 'template {\n data = "{{ env \\"X\\" }}"\n destination = "local/x"\n }' }] },
      "template-actions-unsupported",
      /Task "vm"/,
    ],
    ["a signal that is none", { tasks: [{ body: 'kill_signal = "SIGNOTHING"' }] }, "unknown-signal", /"SIGNOTHING"/],
    ["a task called alloc", { tasks: [{ name: "alloc" }] }, "task-name-invalid", /"alloc"/],
  ])("%s", async (_, job, code, what) => {
    const host = await world.connect();
    const problem = await problemOf(world.run(host, jobText(job)));
    expect(problem.code).toBe(code);
    expect(problem.what).toMatch(what);
    expect(await host.request("allocation/list", {})).toEqual([]);
  });

  test("another driver's task, an unknown group, an unknown allocation, an ambiguous one, a running one's removal", async () => {
    const host = await world.connect();
    const other = jobText().replace('driver = "qemu"', 'driver = "exec"');
    expect(await problemOf(world.run(host, other))).toMatchObject({ code: "driver-unsupported" });
    expect(await problemOf(world.run(host, jobText(), { group: "h" }))).toMatchObject({ code: "group-not-found" });
    expect(await problemOf(host.request("allocation/get", { id: "nope" }))).toMatchObject({
      code: "allocation-not-found",
    });
    const { id } = await world.run(host, jobText());
    await world.running(host, id);
    // Sooner or later two ids begin with the same of sixteen digits.
    const firstDigits = new Set([id.charAt(0)]);
    for (let shared: string | undefined; shared === undefined;) {
      const another = await world.run(host, jobText({ tasks: [{ config: 'args = ["--version"]' }] }));
      const digit = another.id.charAt(0);
      if (firstDigits.has(digit)) shared = digit;
      firstDigits.add(digit);
      if (shared === undefined) continue;
      expect(await problemOf(host.request("allocation/get", { id: shared }))).toMatchObject({
        code: "allocation-ambiguous",
      });
    }
    expect(await problemOf(host.request("allocation/get", { id: "" }))).toMatchObject({ code: "allocation-not-found" });
    expect(await problemOf(host.request("allocation/remove", { id }))).toMatchObject({ code: "allocation-running" });
    await host.request("allocation/stop", graceful(id));
    expect(await problemOf(host.request("console/attach", { id, task: "vm", historyBytes: 0 }))).toMatchObject({
      code: "task-not-running",
    });
    expect(await problemOf(host.request("allocation/restart", { id, task: undefined }))).toMatchObject({
      code: "task-not-running",
    });
  });

  test("by the driver's rules, as Nomad's client would say it", async () => {
    const host = await world.connect();
    const allowed = { imagePaths: [], argsAllowlist: ["-cpu"], emulatorsAllowlist: [] };
    const forbidden = jobText({ tasks: [{ config: 'args = ["-snapshot"]' }] });
    const { id } = await world.run(host, forbidden, { pluginConfig: allowed });
    expect(displays((await world.ended(host, id)).tasks[0]?.events).slice(-2)).toEqual([
      '"-snapshot" is not in args_allowlist',
      "Policy allows no restarts",
    ]);
    const second = await world.run(host, jobText({ tasks: [{ config: "nonsense = 1" }] }));
    const failed = (await world.ended(host, second.id)).tasks[0];
    expect(types(failed?.events).slice(-2)).toEqual(["Failed Validation", "Not Restarting"]);
    const third = await world.run(host, jobText({ tasks: [{ body: 'user = "root"' }] }));
    expect(displays((await world.ended(host, third.id)).tasks[0]?.events)).toEqual([
      "Task received by client",
      'validate: running as user "root" is disallowed',
      "Policy allows no restarts",
    ]);
  });

  test("without a QEMU, with the words of Nomad's driver", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText(), { environment: { PATH: world.folder } });
    const ended = await world.ended(host, id);
    expect(displays(ended.tasks[0]?.events).at(-2)).toMatch(
      /^failed to resolve path to "qemu-system-x86_64" executable/,
    );
  });
});
