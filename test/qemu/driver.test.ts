// The driver's verbs with a real QEMU.
import { execa } from "execa";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { destroyTask, inspectTask, stopTask, taskStats, waitTask } from "../../src/driver/driver.ts";
import { MONITOR_SOCKET_NAME } from "../../src/driver/commandLine.ts";
import type { StartFailure } from "../../src/driver/startTask.ts";
import { TestWorld } from "../support/vm.ts";

const BANNER = "TINY-READY";
const IGNORE_BUTTON = "\t";
const SWITCH_OFF = "\x04";
const LEAVE_WITH_85 = "\x18";

let world: TestWorld;
beforeEach(() => {
  world = new TestWorld();
});
afterEach(() => {
  const left = world.running();
  world.cleanUp();
  expect(left, "VMs that a test has left running").toEqual([]);
});

const stopFast = { mode: "graceful", timeoutMs: 10_000, signal: "" } as const;
const kill = { mode: "now", timeoutMs: 10_000, signal: "" } as const;

function failure(result: { readonly ok: boolean; readonly error?: StartFailure }): StartFailure | undefined {
  return result.ok ? undefined : result.error;
}

describe("a VM that runs", () => {
  test("is detached, owner-only, and shown by inspectTask and taskStats", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    const { state } = vm.handle;
    const pid = state.process?.pid ?? 0;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const [, , group, session] = stat;
    expect([group, session]).toEqual([String(pid), String(pid)]);
    expect(statSync(path.dirname(state.endpoints.control.socket)).mode & 0o777).toBe(0o700);
    expect(inspectTask(vm.handle)).toMatchObject({ state: "running", pid, runState: "running", exit: undefined });
    const stats = await taskStats(vm.handle);
    expect(stats?.residentBytes).toBeGreaterThan(1e6);
    expect(JSON.parse(JSON.stringify(state))).toEqual({ ...state });
    await stopTask(vm.handle, kill);
    expect(await taskStats(vm.handle)).toBeUndefined();
    expect(inspectTask(vm.handle)).toMatchObject({ state: "exited", pid: undefined, exit: { signal: 9 } });
  });

  test("gets exactly the environment, the folder and the arguments that it was given", async () => {
    const vm = await world.vm({ spec: { environment: { PATH: "/usr/bin", NOMAD_X: "a b" } } });
    const pid = vm.handle.state.process?.pid ?? 0;
    const words = (file: string): string[] => readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0").slice(0, -1);
    expect(words("environ").sort()).toEqual(["NOMAD_X=a b", "PATH=/usr/bin"]);
    const { nomad, local } = vm.handle.state.commandLine;
    expect(words("cmdline")).toEqual([...nomad, ...local]);
    await stopTask(vm.handle, kill);
  });

  test("echoes on its console while the spool keeps every byte, also without anyone connected", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    await vm.type("over the socket");
    await vm.until("over the socket");
    await stopTask(vm.handle, stopFast);
  });

  test("tells its run state when it changes", async () => {
    const vm = await world.vm();
    const states: string[] = [];
    const paused = new Promise<void>((resolve) => {
      vm.handle.onRunState((runState) => {
        states.push(runState);
        if (states.length === 2) resolve();
      });
    });
    await vm.handle.execute("stop");
    await vm.handle.execute("cont");
    await paused;
    expect(states).toEqual(["paused", "running"]);
    await stopTask(vm.handle, kill);
  });

  test.each([
    ["nothing", []],
    ["serial ports of its own", ["-serial", "null", "-serial", "null"]],
    ["no defaults", ["-nodefaults"]],
  ])("has the hardware that Nomad's line alone makes, with %s in args", async (_, args) => {
    // -S: the firmware does not run, so that nothing is at different places at different times.
    const vm = await world.vm({ config: { args: [...args, "-S"], gracefulShutdown: true } });
    const control = await vm.handle.control();
    if (!control.ok) throw new Error(control.error.what);
    const ours = await control.value.humanCommand("info qtree");
    const { nomad } = vm.handle.state.commandLine;
    await stopTask(vm.handle, kill);
    expect(ours).toEqual({ ok: true, value: await deviceTreeOf(nomad) });
  });
});

/** Runs a command line of Nomad's with `graceful_shutdown` as it is, and asks its monitor for the tree of devices. */
async function deviceTreeOf(nomad: readonly string[]): Promise<string> {
  const cwd = path.join(world.root, "alloc/vm");
  const monitor = path.join(cwd, MONITOR_SOCKET_NAME);
  rmSync(monitor, { force: true });
  const ended = new AbortController();
  const qemu = execa(nomad[0] ?? "", nomad.slice(1), { cwd, reject: false, cancelSignal: ended.signal });
  let text = "";
  try {
    const socket = await connectWhenListening(monitor);
    socket.write("info qtree\n");
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.split("(qemu) ").length > 2) break;
    }
  } finally {
    ended.abort();
    await qemu;
  }
  // Between the echoed command and the next prompt.
  return (text.split("(qemu) ")[1] ?? "").replace(/^.*\r\n/, "");
}

async function connectWhenListening(file: string): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect(file);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (connected) return socket;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("how a VM ends", () => {
  test("by the power button, when the task asked for it", async () => {
    const vm = await world.vm({ config: { gracefulShutdown: true } });
    await vm.until(BANNER);
    const steps: string[] = [];
    const exit = await stopTask(vm.handle, { ...stopFast, onStep: ({ kind }) => steps.push(kind) });
    expect(exit).toMatchObject({ ok: true, value: { exitCode: 0, signal: 0, reason: "guest-shutdown" } });
    expect(steps).toEqual(["power-button"]);
    expect(vm.output()).toContain("TINY-OFF");
  });

  test("by the power button pressed again, because the guest was not ready for the first", async () => {
    const vm = await world.vm({ config: { gracefulShutdown: true } });
    await vm.until(BANNER);
    await vm.type(IGNORE_BUTTON);
    await vm.until("\nI");
    const stopping = stopTask(vm.handle, stopFast);
    await vm.until("!");
    await vm.type(IGNORE_BUTTON);
    expect(await stopping).toMatchObject({ ok: true, value: { reason: "guest-shutdown" } });
  });

  test("by the kill signal, when the guest ignores the button", async () => {
    const vm = await world.vm({ config: { gracefulShutdown: true } });
    await vm.until(BANNER);
    await vm.type(IGNORE_BUTTON);
    await vm.until("\nI");
    const steps: string[] = [];
    const exit = await stopTask(vm.handle, { ...stopFast, timeoutMs: 300, onStep: ({ kind }) => steps.push(kind) });
    expect(exit).toMatchObject({ ok: true, value: { exitCode: 0, reason: "host-signal" } });
    expect(steps).toEqual(["power-button", "signal"]);
  });

  test("at once by the kill signal, when the task did not ask for the button", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    const exit = await stopTask(vm.handle, stopFast);
    expect(exit).toMatchObject({ ok: true, value: { exitCode: 0, reason: "host-signal" } });
    expect(vm.output()).not.toContain("TINY-OFF");
  });

  test("by SIGKILL, when the kill signal is one that QEMU ignores", async () => {
    const vm = await world.vm();
    const steps: string[] = [];
    const exit = await stopTask(vm.handle, {
      ...stopFast,
      timeoutMs: 200,
      signal: "SIGUSR1",
      onStep: ({ kind }) => steps.push(kind),
    });
    expect(exit).toMatchObject({ ok: true, value: { exitCode: 137, signal: 9, reason: undefined } });
    expect(steps).toEqual(["signal", "kill"]);
  });

  test("never by a signal that does not exist", async () => {
    const vm = await world.vm();
    expect(await stopTask(vm.handle, { ...stopFast, signal: "sigint" })).toMatchObject({
      ok: false,
      error: { code: "unknown-signal", what: "error unknown signal given for shutdown: sigint" },
    });
    await stopTask(vm.handle, { ...stopFast, timeoutMs: 0 });
    expect(await waitTask(vm.handle)).toMatchObject({ signal: 9 });
  });

  test("by the guest itself", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    await vm.type(SWITCH_OFF);
    expect(await waitTask(vm.handle)).toMatchObject({ exitCode: 0, signal: 0, reason: "guest-shutdown" });
  });

  test("with the guest's own exit code", async () => {
    const vm = await world.vm({ config: { args: ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"] } });
    await vm.until(BANNER);
    await vm.type(LEAVE_WITH_85);
    expect(await waitTask(vm.handle)).toMatchObject({ exitCode: 85, signal: 0, reason: undefined });
  });

  test("by a crash", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    process.kill(vm.handle.state.process?.pid ?? 0, "SIGKILL");
    expect(await waitTask(vm.handle)).toMatchObject({ exitCode: 137, signal: 9, reason: undefined });
  });

  test("and is then removed without a trace; before that only by force", async () => {
    const vm = await world.vm();
    const sockets = path.dirname(vm.handle.state.endpoints.control.socket);
    expect(await destroyTask(vm.handle, "ended")).toMatchObject({
      ok: false,
      error: { what: "cannot destroy running task" },
    });
    expect(await destroyTask(vm.handle, "force")).toMatchObject({ ok: true });
    expect(existsSync(sockets)).toBe(false);
    expect(await vm.handle.execute("query-status")).toMatchObject({ ok: false, error: { code: "task-not-running" } });
  });
});

describe("what does not start", () => {
  test("a task that the policy refuses: nothing is run", async () => {
    const failed = failure(await world.start({ config: { imagePath: "/etc/shadow" } }));
    expect(failed).toMatchObject({
      kind: "refused",
      refusal: { message: "image_path is not in the allowed paths", event: "Driver Failure" },
    });
    expect(existsSync(path.join(world.root, "run1"))).toBe(false);
  });

  test.each([
    ["an image that is missing", { imagePath: "local/none.img" }, "image-missing", "Could not open 'local/none.img'"],
    ["a directory as image", { imagePath: "local" }, "image-not-a-file", "to be a regular file"],
    ["a machine that does not exist", { machineType: "nope" }, "machine-unknown", "unsupported machine type"],
    ["an option that does not exist", { args: ["-zzz"] }, "option-invalid", "-zzz: invalid option"],
    ["an argument without its dash", { args: ["nodefaults"] }, "drive-twice", "index=0"],
    ["two users of stdio", { args: ["-serial", "stdio"] }, "stdio-twice", "cannot use stdio"],
    ["a last argument without its value", { args: ["-cdrom"] }, "suffix-swallowed", "Could not open '-chardev'"],
    ["an interface that the machine lacks", { driveInterface: "scsi" }, "drive-interface-unsupported", "if=scsi"],
    ["a comma in the image's name", { imagePath: "local/x,format=raw" }, "option-invalid", "Invalid parameter"],
    ["an accelerator that does not exist", { accelerator: "KVM" }, "accelerator-unknown", "invalid accelerator KVM"],
    ["options that print and leave", { args: ["--version"] }, "qemu-exited", "exit code 0"],
  ])("%s", async (_, config, code, words) => {
    const failed = failure(await world.start({ config }));
    expect(failed).toMatchObject({ kind: "exited", problem: { code } });
    if (failed?.kind !== "exited") return;
    expect(failed.problem.what).toContain(words);
    expect(failed.problem.next).toBeTruthy();
    expect(existsSync(path.join(world.root, "run1"))).toBe(false);
  });

  test("a port that is taken", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
    const { port } = server.address() as net.AddressInfo;
    const failed = failure(
      await world.start({
        config: { portMap: { ssh: 22 }, portMapBlock: { ssh: 0 } },
        spec: { taskNetwork: { ports: { ssh: port } } },
      }),
    );
    await new Promise((resolve) => server.close(resolve));
    expect(failed).toMatchObject({ kind: "exited", problem: { code: "port-taken" }, exit: { exitCode: 1 } });
  });

  test("a second VM on the same image; the first goes on", async () => {
    const vm = await world.vm();
    const failed = failure(await world.start());
    expect(failed).toMatchObject({ kind: "exited", problem: { code: "image-locked" } });
    expect(vm.handle.exit).toBeUndefined();
    await stopTask(vm.handle, kill);
  });

  test("a program that is no QEMU: text, and something that says nothing", async () => {
    const folder = path.join(world.root, "bin");
    mkdirSync(folder);
    const emulator = (text: string): string => {
      const file = path.join(folder, "qemu-system-x86_64");
      writeFileSync(file, text, { mode: 0o755 });
      return file;
    };
    const spec = { emulatorPaths: { x86_64: emulator("just text\n") } };
    const file = spec.emulatorPaths.x86_64;
    const text = failure(await world.start({ spec }));
    expect(text).toMatchObject({
      kind: "failed",
      problem: {
        what: `rpc error: code = Unknown desc = failed to start command path="${file}" --- args=["${file}" "-machine" "type=pc,accel=tcg" "-name" "tiny.img" "-m" "128M" "-drive" "file=local/tiny.img,if=ide,id=image0" "-nographic"]: fork/exec ${file}: exec format error`,
      },
    });
    emulator("#!/bin/sh\nexit 0\n");
    expect(failure(await world.start({ spec }))).toMatchObject({ kind: "exited", problem: { code: "qemu-exited" } });

    emulator("#!/bin/sh\nexec sleep 600\n");
    const controller = new AbortController();
    const silent = world.start({ spec: { ...spec, signal: controller.signal } });
    await untilRunning(world);
    controller.abort();
    expect(failure(await silent)).toMatchObject({ kind: "failed", problem: { code: "aborted" } });
  });

  test("a program that hangs is found after a few seconds, by the question for its version", async () => {
    const file = path.join(world.root, "qemu-system-x86_64");
    writeFileSync(file, "#!/bin/sh\nsleep 600\n", { mode: 0o755 });
    let now = 0;
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
        await nextTurn();
      },
    };
    const spec = { emulatorPaths: { x86_64: file }, clock, versionTimeoutMs: 100 };
    expect(failure(await world.start({ spec }))).toMatchObject({
      kind: "failed",
      problem: { code: "emulator-silent", where: file },
    });
    expect(now).toBeLessThan(4_000);
    expect(world.running()).toEqual([]);
  });

  test("a folder for sockets that is too long, and a spool that cannot be written", async () => {
    const socketDir = path.join(world.root, "x".repeat(100));
    expect(failure(await world.start({ spec: { socketDir } }))).toMatchObject({
      kind: "failed",
      problem: { code: "socket-path-too-long" },
    });
    writeFileSync(path.join(world.root, "file"), "");
    const spoolDir = path.join(world.root, "file/spool");
    expect(failure(await world.start({ spec: { spoolDir } }))).toMatchObject({
      kind: "failed",
      problem: { where: spoolDir },
    });
  });

  test("a user that does not exist", async () => {
    expect(failure(await world.start({ spec: { user: "no-such-user" } }))).toMatchObject({
      kind: "failed",
      problem: {
        what: "rpc error: code = Unknown desc = failed to identify user no-such-user: user: unknown user no-such-user",
      },
    });
  });
});

async function untilRunning(of: TestWorld): Promise<void> {
  while (of.running().length === 0) await new Promise((resolve) => setImmediate(resolve));
}
