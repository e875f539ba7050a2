import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { lstat, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Cli, program, root } from "../support/cli.ts";

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.create();
});
afterAll(() => cli.dispose());

const hello = path.join(root, "examples/hello.nomad.hcl");
const inFolder = (name: string): string => path.join(cli.folder, name);

/** A job with one qemu task; `config` and `rest` are its lines. */
const job = (config: string, rest = ""): string => `job "t" {
  group "g" {
    task "vm" {
      driver = "qemu"
      config {
        image_path = "local/a.qcow2"
        ${config}
      }
      ${rest}
    }
  }
}
`;

describe("usage", () => {
  test("without a verb: the list of verbs, and the code for wrong usage", async () => {
    const { code, stderr } = await cli.run([]);
    expect(code).toBe(2);
    expect(stderr).toContain("fingerprint");
  });

  test("--help of every listed verb has an example", async () => {
    const { stdout } = await cli.run(["--help"]);
    const verbs = [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map((match) => match[1] ?? "");
    expect(verbs).toEqual(
      expect.arrayContaining(["parse", "lint", "argv", "fingerprint", "run", "ps", "console", "host"]),
    );
    for (const verb of verbs) {
      const help = await cli.run([verb, "--help"]);
      expect(help.code, verb).toBe(0);
      expect(help.stdout, verb).toMatch(/^Usage: nomad-qemu /);
      expect(help.stdout, verb).toMatch(/\nExamples?:\n {2}nomad-qemu /);
    }
  });

  test.runIf(existsSync("/dev/full"))("a result that cannot be written is no success", () => {
    for (const words of [
      ["parse", hello],
      ["fmt", "-"],
    ]) {
      const output = openSync("/dev/full", "w");
      const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
        stdio: ["pipe", output, "pipe"],
        input: job(""),
        encoding: "utf8",
      });
      closeSync(output);
      expect({ status, stderr }, words[0]).toEqual({ status: 1, stderr: expect.stringContaining("cannot be written") });
    }
  });

  test("a reader that goes away is no failure", async () => {
    await writeFile(
      inFolder("long.nomad.hcl"),
      job("", `env {\n${Array.from({ length: 9000 }, (_, index) => `V${index} = "${"x".repeat(60)}"\n`).join("")}}`),
    );
    const child = spawn(process.execPath, [program, "parse", inFolder("long.nomad.hcl")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await once(child, "close")).toEqual([0, null]);
  });

  test("a file that is not there is no fault of the program", async () => {
    const { code, stderr } = await cli.run(["lint", inFolder("absent.nomad.hcl")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: There is no such file \(.*absent\.nomad\.hcl\)\n/);
  });

  test("an error without a place has its file, an empty name is no folder, and what there is is listed", async () => {
    const empty = await cli.run(["parse", "-"]);
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringMatching(/^-: Missing job block; /) });
    const unset = await cli.run(["parse", ""]);
    expect(unset).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Error: The name of the file is empty/) });
    const argv = await cli.run(["argv", "-no-fingerprint", "-task", "nope", hello]);
    expect(argv).toMatchObject({ code: 1, stderr: expect.stringContaining("It has vm/hello.") });
  });

  test("help about help, and about a verb among switches", async () => {
    expect(await cli.run(["help", "help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("VERB [flags]") });
    const about = await cli.run(["help", "--no-color=true", "run"]);
    expect(about).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: nomad-qemu run ") });
  });

  // parse asks for it to read a file, lint and fingerprint to start QEMU.
  test.runIf(process.platform === "linux").each([["parse", "a.nomad.hcl"], ["lint", "a.nomad.hcl"], ["fingerprint"]])(
    "a working directory that was removed is said in words: %s",
    (...verb) => {
      const gone = 'mkdir gone && cd gone && rmdir "$PWD" && exec "$0" "$@"';
      const words = ["-c", gone, process.execPath, program, ...verb];
      const { status, stderr } = spawnSync("sh", words, { cwd: cli.folder, encoding: "utf8" });
      const said = /^Error: The working directory is not there any more\nChange to a folder/;
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(said) });
    },
  );

  test.runIf(process.platform === "linux")("colours are for the terminal, not for a file beside it", async () => {
    const words = [process.execPath, program, "parse", "absent.hcl"].join(" ");
    const ran = (redirection: string) =>
      spawnSync("script", ["-qec", `${words}${redirection}`, "/dev/null"], {
        cwd: cli.folder,
        env: { ...process.env, NO_COLOR: "", TERM: "xterm" },
        encoding: "utf8",
      }).stdout;
    expect(ran("")).toContain("\u001b[31m");
    ran(" 2>messages.txt");
    expect(await readFile(inFolder("messages.txt"), "utf8")).toMatch(/^Error: There is no such file/);
  });

  test.runIf(process.platform !== "win32")("a folder as standard input is no empty file", () => {
    const folder = openSync(cli.folder, "r");
    const ran = spawnSync(process.execPath, [program, "fmt", "-"], {
      stdio: [folder, "pipe", "pipe"],
      encoding: "utf8",
    });
    closeSync(folder);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("This is a folder, not a file (stdin)") });
  });

  test("--no-color may stand before the verb, -- before a file", async () => {
    const { code, stdout } = await cli.run(["--no-color", "parse", "--", hello]);
    expect(code).toBe(0);
    expect(stdout).toContain('"ID": "hello"');
  });

  test.each([
    [["pares", "x"], 'did you mean "parse"?'],
    [["parse", "--cannonicalize", hello], "did you mean -canonicalize?"],
    [["parse"], '"parse" needs FILE'],
    [["PARSE", hello], 'did you mean "parse"?'],
    [["-format", "json", "parse", hello], "the flags of a verb stand after it"],
    [["parse", "-var-file", "-", "-"], '"-" is standard input, which can be read only once'],
    [["eval"], '"eval" needs EXPR, or --stdin-jsonl and no EXPR'],
    [["eval", "--stdin-jsonl", "1"], '"eval" needs EXPR, or --stdin-jsonl and no EXPR'],
    [["host", "sleep"], '"host" takes start, stop or status, not "sleep"\nUsage: '],
    [["lsp"], '"lsp" needs --stdio'],
    [["logs", "-n", "", "x"], '-n takes a number of lines, not ""'],
    [["parse", "-", hello, "-"], '"-" is standard input, which can be read only once'],
    [["argv", "a", "b"], "too many arguments: b"],
    [["argv", "a", "--", "-b"], "too many arguments: -b"],
    [["lint", "-var", "mem", hello], '-var takes NAME=VALUE, not "mem"'],
    [["lint", "-fix", "-"], "-fix changes files; standard input has none"],
    [["lint", "-nomad-version", "new", hello], '-nomad-version takes X.Y.Z, not "new"'],
    [["lint", "--format", "xml", hello], 'not "xml"'],
    [["argv", "-no-fingerprint", "-port", "ssh=abc", hello], '-port takes a number from 0 to 65535, not "abc"'],
    [["argv", "-no-fingerprint", "-port", "ssh", hello], '-port takes LABEL=N, not "ssh"'],
    [["argv", "-no-fingerprint", "-attr", "x", hello], '-attr takes NAME=VALUE, not "x"'],
  ])("%j is wrong usage and says how it is right", async (args, words) => {
    const { code, stderr, stdout } = await cli.run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stdout).toBe("");
  });
});

describe("parse", () => {
  test("prints the job as nomad job run -output does", async () => {
    const { code, stdout } = await cli.run(["parse", hello]);
    expect(code).toBe(0);
    const { Job } = JSON.parse(stdout) as { Job: { ID: string; TaskGroups: { Tasks: { Config: unknown }[] }[] } };
    expect(Job.ID).toBe("hello");
    expect(Job.TaskGroups[0]?.Tasks[0]?.Config).toEqual({ image_path: "local/tiny.img", graceful_shutdown: true });
  });

  test("reads standard input, variables by flag and environment", async () => {
    const text =
      'variable "n" {}\nvariable "m" { default = 1 }\njob "x" {\n  name     = "x-${var.n}"\n  priority = var.m\n}\n';
    const { code, stdout } = await cli.run(["parse", "-var", "n=7", "-"], { stdin: text, env: { NOMAD_VAR_m: "60" } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Job: { Name: "x-7", Priority: 60 } });
  });

  test("a broken file: one line a fault, with its place; jsonl carries ranges from 0", async () => {
    await writeFile(inFolder("bad.nomad.hcl"), 'job "é" {\n  prioritty = 1\n}\n');
    const plain = await cli.run(["parse", "bad.nomad.hcl"]);
    expect(plain.code).toBe(1);
    expect(plain.stdout).toBe("");
    expect(plain.stderr).toMatch(/^bad\.nomad\.hcl:2,3-12: Unsupported argument; /);
    const machine = await cli.run(["parse", "-format", "jsonl", "bad.nomad.hcl", hello]);
    const [bad, good] = machine.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(bad).toMatchObject({
      file: "bad.nomad.hcl",
      ok: false,
      diagnostics: [
        { severity: "error", summary: "Unsupported argument", range: { start: { line: 1, character: 2 } } },
      ],
    });
    expect(good).toMatchObject({ file: hello, ok: true, job: { ID: "hello" } });
    expect(machine.code).toBe(1);
  });

  test("a file that is not there", async () => {
    const { code, stderr } = await cli.run(["parse", "nowhere.hcl"]);
    expect(code).toBe(1);
    expect(stderr).toContain("There is no such file (nowhere.hcl)");
  });
});

describe("several files, of which some cannot be read", () => {
  const rows = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const node = ["-no-fingerprint"];
  beforeAll(async () => {
    await mkdir(inFolder("folder.nomad.hcl"));
    await writeFile(inFolder("broken.hcl"), "job {");
  });

  test.each([
    ["parse", []],
    ["validate", []],
    ["constraints", []],
    ["lint", node],
  ])("%s: each gets its row, the others go on", async (verb, flags) => {
    const args = [verb, ...flags, "absent.hcl", "folder.nomad.hcl", "broken.hcl", hello];
    const lines = await cli.run([...args, "-format", "jsonl"]);
    expect(lines.code).toBe(1);
    const found = rows(lines.stdout);
    expect(found[0]).toMatchObject({ file: "absent.hcl", ok: false, error: "absent.hcl: There is no such file" });
    expect(found[1]).toMatchObject({ ok: false, error: "folder.nomad.hcl: This is a folder, not a file" });
    const files = new Set(found.map(({ file }) => file));
    expect([...files].slice(0, 3)).toEqual(["absent.hcl", "folder.nomad.hcl", "broken.hcl"]);
    if (verb !== "lint") expect(found.map(({ ok }) => ok)).toEqual([false, false, false, true]);

    const document = await cli.run([...args, "-format", "json"]);
    expect(document.code).toBe(1);
    expect(JSON.parse(document.stdout)).toEqual(found);

    const text = await cli.run(args);
    expect(text.code).toBe(1);
    expect(text.stderr).toContain("Error: There is no such file (absent.hcl)");
    expect(text.stderr).toContain("Error: This is a folder, not a file (folder.nomad.hcl)");
    expect(text.stdout + text.stderr).toMatch(/broken\.hcl:1[,:]/);
  });

  test("parse -format json of one file is what Nomad prints, or nothing", async () => {
    expect(JSON.parse((await cli.run(["parse", "-format", "json", hello])).stdout)).toMatchObject({
      Job: { ID: "hello" },
    });
    expect(await cli.run(["parse", "-format", "json", "absent.hcl"])).toMatchObject({ code: 1, stdout: "" });
  });

  test("fmt goes on, too", async () => {
    const { code, stdout, stderr } = await cli.run(["fmt", "-check", "absent.hcl", "folder.nomad.hcl/x.hcl", hello]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.match(/There is no such file or folder/g)).toHaveLength(2);
  });

  test("eval -format json: one expression gives its value, several one list", async () => {
    expect((await cli.run(["eval", "-format", "json", "1 + 1"])).stdout).toBe("2\n");
    const { code, stdout } = await cli.run(["eval", "-format", "json", "1 + 1", "var.x", '"x"']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { expr: "1 + 1", ok: true, value: 2 },
      { expr: "var.x", ok: false, error: expect.stringMatching(/^expression:1,4-6: Unsupported attribute; /) },
      { expr: '"x"', ok: true, value: "x" },
    ]);
  });
});

describe("lint", () => {
  test("marks what the operator's allowlist forbids, and --fix removes it", async () => {
    await writeFile(inFolder("agent.hcl"), 'plugin "qemu" {\n  config {\n    args_allowlist = ["-smp"]\n  }\n}\n');
    await writeFile(inFolder("vm.nomad.hcl"), job('args = ["-smp", "2", "-snapshot"]'));
    const args = ["lint", "-plugin-config", "agent.hcl", "-no-fingerprint"];
    const found = await cli.run([...args, "-format", "json", "vm.nomad.hcl"]);
    expect(found.code).toBe(1);
    const errors = (JSON.parse(found.stdout) as { severity: string; message: string; range: unknown }[]).filter(
      ({ severity }) => severity === "error",
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain('"-snapshot" is not in args_allowlist');
    expect(errors[0]?.range).toEqual({ start: { line: 6, character: 29 }, end: { line: 6, character: 40 } });

    const fixed = await cli.run([...args, "-fix", "vm.nomad.hcl"]);
    expect(fixed.code).toBe(0);
    expect(fixed.stderr).toContain("vm.nomad.hcl: fixed");
    expect(await readFile(inFolder("vm.nomad.hcl"), "utf8")).toBe(job('args = ["-smp", "2"]'));
  });

  test("the machine's agent.hcl applies when no other is named", async () => {
    const { rm } = await import("node:fs/promises");
    const folder = path.join(cli.folder, "config/nomad-qemu");
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, "agent.hcl"),
      'plugin "qemu" {\n  config {\n    args_allowlist = ["-smp"]\n  }\n}\n',
    );
    const { code, stdout } = await cli.run(["lint", "-no-fingerprint", "-"], { stdin: job('args = ["-snapshot"]') });
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(stdout).toContain("is not in args_allowlist");
  });

  test("a plugin configuration that cannot be read judges nothing", async () => {
    await writeFile(inFolder("wrong.hcl"), 'plugin "qemu" {\n  config {\n    args_allowlist = 1\n  }\n}\n');
    const { code, stderr } = await cli.run(["lint", "-plugin-config", "wrong.hcl", hello]);
    expect(code).toBe(1);
    expect(stderr).toContain("The plugin configuration cannot be used (wrong.hcl");
  });

  test("a plugin configuration comes from standard input, too", async () => {
    await writeFile(inFolder("snapshot.nomad.hcl"), job('args = ["-snapshot"]'));
    const words = ["lint", "-no-fingerprint", "-plugin-config", "-", "snapshot.nomad.hcl"];
    const stdin = 'plugin "qemu" {\n  config {\n    args_allowlist = ["-smp"]\n  }\n}\n';
    expect((await cli.run(words, { stdin })).stdout).toContain("[qemu/args-not-allowed]");
  });
});

describe("argv", () => {
  test("json: Nomad's argument list for assumed circumstances", async () => {
    const text = job("port_map { ssh = 22 }", 'resources {\n  memory = 256\n  network {\n    port "ssh" {}\n  }\n}');
    const args = ["argv", "-format", "json", "-no-fingerprint", "-alloc-dir", "/alloc", "-port", "ssh=2222", "-"];
    const { code, stdout } = await cli.run(args, { stdin: text });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        group: "g",
        task: "vm",
        cwd: "/alloc/vm",
        refused: [],
        argv: [
          "/usr/bin/qemu-system-x86_64",
          ...["-machine", "type=pc,accel=tcg", "-name", "a.qcow2", "-m", "256M"],
          ...["-drive", "file=local/a.qcow2,if=ide,id=image0", "-nographic"],
          ...[
            "-netdev",
            "user,id=user.0,hostfwd=udp::2222-:22,hostfwd=tcp::2222-:22",
            "-device",
            "virtio-net,netdev=user.0",
          ],
        ],
        env: { NOMAD_ALLOC_DIR: "/alloc/alloc", NOMAD_PORT_ssh: "22", NOMAD_TASK_NAME: "vm" },
      },
    ]);
  });

  test("a refused task has code 1 and Nomad's words", async () => {
    const args = ["argv", "-format", "json", "-no-fingerprint", "-"];
    const { code, stdout } = await cli.run(args, { stdin: job('drive_interface = "usb"') });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ refused: [{ message: "Unsupported drive_interface" }] }]);
  });

  test("placeholders are resolved by -attr", async () => {
    const args = [
      "argv",
      "-format",
      "json",
      "-no-fingerprint",
      "-attr",
      "meta.img=b.qcow2",
      "-attr",
      "attr.cpu.arch=amd64",
      "-",
    ];
    const { stdout } = await cli.run(args, { stdin: job('args = ["-name", "${meta.img}-${attr.cpu.arch}"]') });
    expect((JSON.parse(stdout) as { argv: string[] }[])[0]?.argv).toContain("b.qcow2-amd64");
  });
});

describe("lsp", () => {
  test.each([["--stdio"], ["-stdio"], ["--stdio=true"]])("%s: answers initialize", async (flag) => {
    const server = cli.start(["lsp", flag]);
    const request = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    server.child.stdin.write(`Content-Length: ${request.length}\r\n\r\n${request}`);
    const [answer] = await server.until(/\{"jsonrpc".*"capabilities".*\}/);
    expect(JSON.parse(answer)).toMatchObject({ id: 1, result: { serverInfo: { name: expect.any(String) } } });
    server.child.kill("SIGKILL");
    await server.ended;
  });
});

describe("fmt", () => {
  const crooked = 'job "x" {\ntype="batch"\n  priority =  50 # why\n}\n';
  const straight = 'job "x" {\n  type     = "batch"\n  priority = 50 # why\n}\n';

  test("rewrites in place, lists what it changed, keeps the mode; a second time nothing", async () => {
    await writeFile(inFolder("crooked.nomad"), crooked, { mode: 0o640 });
    const first = await cli.run(["fmt", "crooked.nomad"]);
    expect(first).toMatchObject({ code: 0, stdout: "crooked.nomad\n" });
    expect(await readFile(inFolder("crooked.nomad"), "utf8")).toBe(straight);
    expect((await stat(inFolder("crooked.nomad"))).mode & 0o777).toBe(0o640);
    expect(await cli.run(["fmt", "crooked.nomad"])).toMatchObject({ code: 0, stdout: "" });
  });

  test("-check changes nothing and says no; -diff shows it", async () => {
    await writeFile(inFolder("crooked.nomad"), crooked);
    const { code, stdout } = await cli.run(["fmt", "-check", "-diff", "crooked.nomad"]);
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "crooked.nomad",
      "--- old/crooked.nomad",
      "+++ new/crooked.nomad",
      "@@ -1,5 +1,5 @@",
      ' job "x" {',
      '-type="batch"',
      "-  priority =  50 # why",
      '+  type     = "batch"',
      "+  priority = 50 # why",
      " }",
      " ",
      "",
    ]);
    expect(await readFile(inFolder("crooked.nomad"), "utf8")).toBe(crooked);
  });

  test("standard input goes to standard output", async () => {
    expect(await cli.run(["fmt", "-"], { stdin: crooked })).toMatchObject({ code: 0, stdout: straight });
  });

  test("a file with errors is not touched", async () => {
    await writeFile(inFolder("broken.nomad"), "a = = 1\n");
    const { code, stderr } = await cli.run(["fmt", "broken.nomad"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^broken\.nomad:1,5-6: Invalid expression; /);
    expect(await readFile(inFolder("broken.nomad"), "utf8")).toBe("a = = 1\n");
  });

  test("a folder stands for its job files, below it only with -recursive", async () => {
    await mkdir(inFolder("jobs/deep"), { recursive: true });
    for (const name of ["jobs/b.hcl", "jobs/a.nomad", "jobs/deep/c.nomad.hcl", "jobs/d.txt"])
      await writeFile(inFolder(name), crooked);
    expect((await cli.run(["fmt", "-write=false", "jobs"])).stdout).toBe("jobs/a.nomad\njobs/b.hcl\n");
    expect((await cli.run(["fmt", "-recursive", "jobs"])).stdout).toBe(
      "jobs/a.nomad\njobs/b.hcl\njobs/deep/c.nomad.hcl\n",
    );
    expect(await readFile(inFolder("jobs/d.txt"), "utf8")).toBe(crooked);
  });

  test("hidden folders and links are gone through as Nomad does, and a link stays one", async () => {
    await mkdir(inFolder("linked/.hidden"), { recursive: true });
    await writeFile(inFolder("linked/.hidden/a.hcl"), crooked);
    await symlink(".hidden/a.hcl", inFolder("linked/z.hcl"));
    const listed = await cli.run(["fmt", "-recursive", "-write=false", "linked"]);
    expect(listed.stdout).toBe("linked/.hidden/a.hcl\nlinked/z.hcl\n");
    expect((await cli.run(["fmt", "linked/z.hcl"])).code).toBe(0);
    expect(await readFile(inFolder("linked/.hidden/a.hcl"), "utf8")).toBe(straight);
    expect((await lstat(inFolder("linked/z.hcl"))).isSymbolicLink()).toBe(true);
  });

  test("-check with nothing to list prints the text as Nomad does", async () => {
    await writeFile(inFolder("crooked.nomad"), crooked);
    const outcome = { code: 1, stdout: straight };
    expect(await cli.run(["fmt", "-check", "-list=false", "crooked.nomad"])).toMatchObject(outcome);
    expect(await cli.run(["fmt", "-check", "-"], { stdin: crooked })).toMatchObject(outcome);
  });

  test("bytes of another encoding in a comment stay what they are", async () => {
    await writeFile(inFolder("latin.nomad"), Buffer.from("a   = 1 # \xe9\n", "latin1"));
    expect((await cli.run(["fmt", "latin.nomad"])).code).toBe(0);
    expect(await readFile(inFolder("latin.nomad"), "latin1")).toBe("a = 1 # \xe9\n");
  });
});

describe("eval, validate, constraints", () => {
  test("eval prints values as JSON, to the digit; errors have a place", async () => {
    const { code, stdout, stderr } = await cli.run(["eval", 'upper("vm")', "1/3*3", "nope("]);
    expect(code).toBe(1);
    expect(stdout).toBe('"VM"\n1\n');
    expect(stderr).toMatch(/^expression:/);
    const lines = await cli.run(["eval", "--stdin-jsonl"], {
      stdin: '{"expr":"[1,true]"}\n{"expr":"1/0"}\n{"expr":"x y"}\n',
    });
    const [list, infinite, wrong] = lines.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(list).toEqual({ expr: "[1,true]", ok: true, value: [1, true] });
    expect(infinite).toMatchObject({ expr: "1/0", ok: true, value: null, json_error: expect.any(String) });
    expect(wrong).toMatchObject({ expr: "x y", ok: false, error: expect.any(String) });
  });

  test("eval: an error lies inside the expression, and a line that is none says so", async () => {
    const stdin = '{"expr":"nope("}\n{"expr":"1 +"}\n{"exp":"1"}\nno JSON\n{"expr":"\u2028"}\r\n{"expr":"2"}';
    const { code, stdout } = await cli.run(["eval", "--stdin-jsonl"], { stdin });
    expect(code).toBe(1);
    const error = 'This line of input is not of the form {"expr": "…"}.';
    expect(
      Buffer.from(stdout, "latin1")
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { expr: "nope(", ok: false, error: expect.stringMatching(/^expression:1,6-6: Invalid expression; /) },
      { expr: "1 +", ok: false, error: expect.stringMatching(/^expression:1,4-4: Invalid expression; /) },
      { expr: null, ok: false, error },
      { expr: null, ok: false, error },
      { expr: "\u2028", ok: false, error: expect.stringMatching(/^expression:1,1-2: /) },
      { expr: "2", ok: true, value: 2 },
    ]);
  });

  test("validate has the server's verdict with codes and places", async () => {
    const { code, stdout } = await cli.run(["validate", "-format", "jsonl", "-"], {
      stdin: job("").replace('job "t" {', 'job "t" {\n  priority = 500'),
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      errors: [
        {
          code: expect.stringMatching(/^job\//),
          message: expect.stringContaining("priority"),
          range: { start: { line: 1 } },
        },
      ],
    });
  });

  test("constraints explains each verdict against a recorded node", async () => {
    const node = {
      ID: "n",
      Attributes: { "kernel.name": "linux" },
      Meta: {},
      Drivers: { qemu: { Detected: true, Healthy: true } },
    };
    await writeFile(inFolder("node.json"), JSON.stringify(node));
    const text = job("").replace(
      'job "t" {',
      'job "t" {\n  constraint {\n    attribute = "${attr.kernel.name}"\n    value     = "windows"\n  }',
    );
    const { code, stdout } = await cli.run(["constraints", "-fingerprint", "node.json", "-format", "json", "-"], {
      stdin: text,
    });
    expect(code).toBe(1);
    const [result] = JSON.parse(stdout) as {
      placeable: boolean;
      verdicts: { text: string; met: boolean; reason: string }[];
    }[];
    expect(result?.placeable).toBe(false);
    expect(result?.verdicts).toContainEqual(
      expect.objectContaining({ text: "${attr.kernel.name} = windows", met: false }),
    );
  });
});
