import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AllocationSummary } from "../../src/client/status.ts";
import { Cli, root, type Running } from "../support/cli.ts";

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.create();
});
afterAll(() => cli.dispose());

const hello = path.join(root, "examples/hello.nomad.hcl");
const BANNER = /TINY-READY m=p/;

/** The example with other lines in its `config` block. */
async function variant(config: string): Promise<string> {
  return (await readFile(hello, "utf8")).replace("graceful_shutdown = true", config);
}

async function detached(text?: string): Promise<string> {
  const { code, stdout, stderr } = await cli.run(["run", "-detach", text === undefined ? hello : "-"], {
    stdin: text ?? "",
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout.trim();
}

async function status(id: string): Promise<AllocationSummary> {
  const { stdout } = await cli.run(["status", "-format", "json", id]);
  return JSON.parse(stdout) as AllocationSummary;
}

/** A console with its standard input left open. */
const attach = (id: string): Running => cli.start(["console", id]);

describe("run in the foreground", () => {
  test("shows events and the console; the first Ctrl-C stops the guest gracefully", async () => {
    const running = cli.start(["run", hello]);
    await running.until(BANNER);
    running.child.kill("SIGINT");
    const { code, stderr, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Received: Task received by client[\s\S]*Started: Task started by client/);
    expect(stderr).toContain("Stopping the VM gracefully");
    expect(stderr).toContain("Terminated: Exit Code: 0");
    expect(stdout).toContain("TINY-OFF");
  });

  test("goes on when its host is killed: every byte once, and the task's end", async () => {
    const running = cli.start(["run", hello]);
    await running.until(BANNER);
    const [before] = JSON.parse((await cli.run(["ps", "-format", "json"])).stdout) as AllocationSummary[];
    for (const round of ["one", "two"]) {
      const { pid } = JSON.parse((await cli.run(["host", "status", "-format", "json"])).stdout) as { pid: number };
      process.kill(pid, "SIGKILL");
      const keyboard = attach(before?.id ?? "");
      await keyboard.until(/Attached/);
      keyboard.child.stdin.write(round);
      await running.until(new RegExp(`${round}$`));
      keyboard.child.kill("SIGINT");
      await keyboard.ended;
    }
    await cli.run(["stop", before?.id ?? ""]);
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[^]*TINY-READY[^]*onetwo[^]*TINY-OFF\s*$/);
    expect(stdout.match(/TINY-READY|one|two|TINY-OFF/g)).toEqual(["TINY-READY", "one", "two", "TINY-OFF"]);
    expect(stderr.match(/Following it with a new host/g)).toHaveLength(2);
    expect(stderr.match(/Started: Task started/g)).toHaveLength(1);
    expect(stderr).toContain("Terminated: Exit Code: 0");
  });

  test("a guest that ignores the power button is killed by the second Ctrl-C", async () => {
    const running = cli.start(["run", hello]);
    await running.until(BANNER);
    const listed = await cli.run(["ps", "-format", "json"]);
    const id = (JSON.parse(listed.stdout) as AllocationSummary[])[0]?.id ?? "";
    const keyboard = attach(id);
    await keyboard.until(/Attached/);
    keyboard.child.stdin.write("\u0009");
    await running.until(/I$/);
    running.child.kill("SIGINT");
    await running.until(/Stopping the VM gracefully/);
    running.child.kill("SIGINT");
    await running.until(/Killing the VM/);
    expect((await running.ended).code).toBe(130);
    expect((await status(id)).tasks[0]).toMatchObject({ state: "dead", exit: { signal: 9, exitCode: 137 } });
    await keyboard.ended;
  });

  test("a Ctrl-C while it is being started leaves nothing running", async () => {
    await cli.run(["host", "start"]);
    for (const delay of [40, 55, 70, 85, 100]) {
      const running = cli.start(["run", hello]);
      await new Promise((resolve) => setTimeout(resolve, delay));
      running.child.kill("SIGINT");
      await running.ended;
    }
    expect(JSON.parse((await cli.run(["ps", "-format", "json"])).stdout)).toEqual([]);
  });

  test("ends with the task's own exit code", async () => {
    await writeFile(
      path.join(cli.folder, "exit.nomad.hcl"),
      await variant('args = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]'),
    );
    const running = cli.start(["run", "exit.nomad.hcl"]);
    await running.until(BANNER);
    const [{ id } = { id: "" }] = JSON.parse((await cli.run(["ps", "-format", "json"])).stdout) as { id: string }[];
    const keyboard = attach(id);
    await keyboard.until(/Attached/);
    keyboard.child.stdin.write("\u0018");
    expect((await running.ended).code).toBe(85);
    await keyboard.ended;
  });

  test("jsonl prints one event a line", async () => {
    const running = cli.start(["run", "-format", "jsonl", hello]);
    await running.until(/"Started"/);
    running.child.kill("SIGTERM");
    const { stdout } = await running.ended;
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "Received",
        "Task Setup",
        "Downloading Artifacts",
        "Started",
        "Killing",
        "Terminated",
        "Killed",
      ]),
    );
  });
});

describe("run detached", () => {
  test("the whole life: ps, status, console, logs, restart, stop, purge", async () => {
    const id = await detached();
    const [short] = [id.slice(0, 6)];

    const keyboard = attach(short);
    await keyboard.until(BANNER);
    keyboard.child.stdin.write("typed by a person");
    await keyboard.until(/typed by a person/);

    expect((await cli.run(["ps"])).stdout).toMatch(
      new RegExp(`^ALLOC .*\\n${id.slice(0, 8)} +hello\\.vm\\[0\\] +hello +running `, "m"),
    );
    expect(await status(short)).toMatchObject({
      id,
      status: "running",
      description: "Tasks are running",
      jobFile: hello,
    });
    const verbose = await cli.run(["status", "-verbose", short]);
    expect(verbose.stdout).toMatch(
      /As Nomad runs it: +\S*qemu-system-x86_64 -machine type=pc,accel=tcg -name tiny\.img/,
    );

    const following = cli.start(["logs", "-f", short]);
    await following.until(/typed by a person/);

    const before = (await status(short)).tasks[0]?.pid;
    expect((await cli.run(["restart", short])).code).toBe(0);
    const after = await status(short);
    expect(after.tasks[0]).toMatchObject({ state: "running" });
    expect(after.tasks[0]?.pid).not.toBe(before);
    await keyboard.ended;

    // A script's variable that is not set must not stop the only VM.
    expect(await cli.run(["stop", ""])).toMatchObject({ code: 1, stderr: expect.stringContaining("no allocation") });
    const stopped = await cli.run(["stop", short]);
    expect(stopped.code).toBe(0);
    expect(stopped.stdout).toMatch(/exit code 0 \(guest-shutdown\)/);
    expect((await following.ended).code).toBe(0);
    expect((await cli.run(["logs", "-tail", "-n", "1", short])).stdout).toMatch(/TINY-OFF\r\n$/);
    expect((await cli.run(["ps"])).stderr).toContain("Nothing is running");

    expect((await cli.run(["stop", "-purge", short])).stdout).toContain("files removed");
    const gone = await cli.run(["status", short]);
    expect(gone.code).not.toBe(0);
    expect(gone.stderr).toContain(short);
  });

  test("stop goes on with the next when one is not there", async () => {
    const id = await detached();
    const stopped = await cli.run(["stop", "-now", "ffffffff", id]);
    expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining("ffffffff") });
    expect(stopped.stdout).toContain("signal 9");
    expect((await status(id)).status).not.toBe("running");
  });

  test("a terminal: keys go to the guest, Ctrl-C too, and ~. leaves while the VM goes on", async () => {
    const id = await detached();
    const program = path.join(root, "dist/nomad-qemu.js");
    const words = [process.execPath, program, "console", id].join(" ");
    const terminal = spawn("script", ["-qfec", words, "/dev/null"], {
      env: { ...process.env, NOMAD_QEMU_DATA_DIR: cli.dataDir, NO_COLOR: "1" },
    });
    let screen = "";
    let look: () => void = () => undefined;
    terminal.stdout.on("data", (data: Buffer) => {
      screen += data.toString("latin1");
      look();
    });
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(screen)) await new Promise<void>((resolve) => (look = resolve));
    };
    const ended = new Promise((resolve) => terminal.once("close", resolve));
    await until(BANNER);
    terminal.stdin.write("keys\u0003~");
    await until(/keys/);
    terminal.stdin.write("\r~.");
    await ended;
    expect(screen).toContain("Detached; the VM goes on.");
    expect((await status(id)).status).toBe("running");
    await cli.run(["stop", "-now", id]);
  });

  test("the host can be stopped and killed; VMs go on and are found again", async () => {
    const id = await detached();
    const keyboard = attach(id);
    await keyboard.until(BANNER);
    const pid = (await status(id)).tasks[0]?.pid;
    expect(pid).toEqual(expect.any(Number));
    const { stdout } = await cli.run(["host", "stop"]);
    expect(stdout).toMatch(
      / 1 allocation goes on; the next host adopts it\.$|allocations go on; the next host adopts them\.$/m,
    );
    expect((await cli.run(["host", "status"])).code).toBe(3);
    expect((await status(id)).tasks[0]).toMatchObject({ state: "running", pid });

    const host = JSON.parse((await cli.run(["host", "status", "-format", "json"])).stdout) as { pid: number };
    process.kill(host.pid, "SIGKILL");
    expect((await status(id)).tasks[0]).toMatchObject({ state: "running", pid });
    expect((await cli.run(["stop", id])).stdout).toContain("guest-shutdown");
    await keyboard.ended;
  });

  test("host start, status and stop have JSON, too", async () => {
    await cli.run(["host", "stop"]);
    const json = async (action: string) => {
      const { code, stdout } = await cli.run(["host", action, "-format", "json"]);
      return { code, ...(JSON.parse(stdout) as { pid?: number; state: string }) };
    };
    expect(await json("status")).toEqual({ code: 3, state: "stopped" });
    const started = await json("start");
    expect(started).toMatchObject({ code: 0, state: "running", dataDir: cli.dataDir, pid: expect.any(Number) });
    expect(await json("status")).toMatchObject({ code: 0, state: "running", pid: started.pid });
    expect(await json("stop")).toMatchObject({ code: 0, state: "stopped", pid: started.pid });
    expect(await json("stop")).toEqual({ code: 0, state: "stopped" });
  });

  test("a VM that an earlier host started and this one kills has been killed, not crashed", async () => {
    const id = await detached();
    const keyboard = attach(id);
    await keyboard.until(BANNER);
    await cli.run(["host", "stop"]);
    expect((await cli.run(["stop", "-now", id])).stdout).toContain("signal 9");
    expect((await status(id)).tasks[0]?.exit).toMatchObject({ exitCode: 137, signal: 9 });
    await keyboard.ended;
  });
});

describe("bad input says what, where, why and what to do, and leaves nothing running", () => {
  afterAll(async () => {
    expect(JSON.parse((await cli.run(["ps", "-format", "json"])).stdout)).toEqual([]);
  });

  const refused = async (text: string, args: readonly string[] = [], env: Record<string, string> = {}) => {
    const outcome = await cli.run(["run", ...args, "-"], { stdin: text, env });
    expect(outcome.stdout).toBe("");
    return outcome;
  };

  test("broken HCL", async () => {
    const { code, stderr } = await refused('job "x" {\n  group "g" {\n');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^stdin:2,13-14: Unclosed configuration block; /);
  });

  test("two jobs in a file", async () => {
    const { code, stderr } = await refused('job "a" {}\njob "b" {}\n');
    expect(code).toBe(1);
    expect(stderr).toContain("Duplicate job block");
  });

  test("a job without a qemu task", async () => {
    const { code, stderr } = await refused(
      'job "a" {\n  group "g" {\n    task "t" {\n      driver = "raw_exec"\n    }\n  }\n}\n',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('no task with driver = "qemu"');
  });

  test("several groups: the names, and how to choose", async () => {
    const one = /group "vm" \{[\s\S]*\n {2}\}\n/.exec(await readFile(hello, "utf8"))?.[0] ?? "";
    const { code, stderr } = await refused(
      `job "two" {\n  ${one}\n  ${one.replace('group "vm"', 'group "other"')}\n}\n`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain("Name one with -group: vm, other.");
  });

  test("what the operator's lists forbid", async () => {
    await writeFile(
      path.join(cli.folder, "agent.hcl"),
      'plugin "qemu" {\n  config {\n    args_allowlist = ["-smp"]\n  }\n}\n',
    );
    const { code, stderr } = await refused(await variant('args = ["-snapshot"]'), ["-plugin-config", "agent.hcl"]);
    expect(code).toBe(1);
    expect(stderr).toContain('"-snapshot" is not in args_allowlist');
  });

  test("no QEMU on PATH", async () => {
    const { code, stderr } = await refused(await readFile(hello, "utf8"), [], { PATH: cli.folder });
    expect(code).toBe(3);
    expect(stderr).toContain("qemu-system-x86_64");
  });

  test("a QEMU that is not QEMU", async () => {
    const folder = path.join(cli.folder, "fake");
    await mkdir(folder);
    await writeFile(path.join(folder, "qemu-system-x86_64"), "#!/bin/sh\necho 'QEMU emulator version 7.2.22'\n");
    await chmod(path.join(folder, "qemu-system-x86_64"), 0o755);
    const { code, stderr } = await cli.run(["run", "-"], {
      stdin: await readFile(hello, "utf8"),
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/Driver Failure|Terminated|did not answer/);
  });

  test("an image that is not there, with QEMU's own words", async () => {
    const text = (await variant("graceful_shutdown = false")).replace("local/tiny.img", "local/missing.img");
    const { code, stderr } = await cli.run(["run", "-"], { stdin: text });
    expect(code).toBe(1);
    expect(stderr).toContain("missing.img");
    expect(stderr).toMatch(/Could not open|No such file/);
  });

  test("a port that is taken names the port", async () => {
    const { createServer } = await import("node:net");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const text = (await readFile(hello, "utf8")).replace(
      "    restart {",
      `    network {\n      port "web" {\n        static = ${port}\n      }\n    }\n\n    restart {`,
    );
    const { code, stderr } = await refused(text);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(String(port));
  });

  test("a data directory that cannot be made", async () => {
    const file = path.join(cli.folder, "file");
    await writeFile(file, "");
    const { code, stderr } = await refused(await readFile(hello, "utf8"), ["-data-dir", path.join(file, "below")]);
    expect(code).toBe(1);
    expect(stderr).toContain("The data directory cannot be used");
    expect(stderr).toContain("--data-dir");
  });

  test("an allocation that does not exist", async () => {
    const { code, stderr } = await cli.run(["stop", "ffffffff"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("ffffffff");
  });
});
