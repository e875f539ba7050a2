import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SourceText } from "../../../src/hcl/source.ts";
import { agentConfigFileNames, parseAgentConfig, type AgentConfig } from "../../../src/jobspec/agentConfig.ts";
import { readAgentConfigFiles } from "../../../src/jobspec/agentConfigFiles.ts";

const parse = (...texts: string[]): AgentConfig =>
  parseAgentConfig(texts.map((text, index) => new SourceText(`agent${index}.hcl`, text)));
const values = (list: readonly { value: string }[]): string[] => list.map(({ value }) => value);
const lists = ({ plugin }: AgentConfig): unknown => [
  values(plugin.imagePaths),
  values(plugin.argsAllowlist),
  values(plugin.emulatorsAllowlist),
];
const summaries = ({ diagnostics }: AgentConfig): string[] =>
  diagnostics.map(({ severity, summary, subject, source }) => {
    const marked = source === undefined || subject === undefined ? "" : source.slice(subject);
    return `${severity} ${summary} «${marked}»`;
  });

describe("plugin qemu", () => {
  test.each([
    ['plugin "qemu" { config { image_paths = ["/srv"] args_allowlist = ["-smp", "-m"] } }'],
    ['plugin "qemu" { config = { image_paths = ["/srv"], args_allowlist = ["-smp", "-m",] } }'],
    [
      '"plugin" "qemu" {\n config {\n "image_paths" = ["/srv"]\n args_allowlist = [\n "-smp", # first\n "-m" // second\n ]\n }\n}',
    ],
    ['plugin { qemu { config { image_paths = ["/srv"] args_allowlist = ["-smp", "-m"] } } }'],
    ['Plugin "qemu" { Config { image_paths = ["/srv"] args_allowlist = ["-smp", "-m"] } }'],
    ['{"plugin": {"qemu": {"config": {"image_paths": ["/srv"], "args_allowlist": ["-smp", "-m"]}}}}'],
    ['{"plugin": [{"qemu": [{"config": [{"image_paths": ["/srv"], "args_allowlist": ["-smp", "-m"]}]}]}]}'],
    [
      'plugin "docker" { config { volumes { enabled = true } } }\nplugin "qemu" { config { image_paths = ["/srv"] args_allowlist = ["-smp", "-m"] } }',
    ],
    ['plugin "qemu" { config { image_paths = ["/srv"] } config { args_allowlist = ["-smp", "-m"] } }'],
  ])("is read from %s", (text) => {
    const config = parse(text);
    expect(config.diagnostics).toEqual([]);
    expect(lists(config)).toEqual([["/srv"], ["-smp", "-m"], []]);
    const [image] = config.plugin.imagePaths;
    expect(image?.source.slice(image.span)).toBe('"/srv"');
  });

  test("restricts nothing when it is not there", () => {
    const config = parse("client { enabled = true }");
    expect(lists(config)).toEqual([[], [], []]);
    expect(config.plugin.place).toBeUndefined();
  });

  test("converts numbers and bools to texts, and null elements to empty ones", () => {
    expect(lists(parse('plugin "qemu" { config { emulators_allowlist = [1, true, "x"] } }'))).toEqual([
      [],
      [],
      ["1", "true", "x"],
    ]);
    expect(lists(parse('{"plugin": {"qemu": {"config": {"emulators_allowlist": [null]}}}}'))).toEqual([[], [], [""]]);
  });

  test("a later config replaces an earlier one as a whole, unless it is empty", () => {
    const first = 'plugin "qemu" { config { image_paths = ["/a"] args_allowlist = ["-smp"] } }';
    expect(lists(parse(first, 'plugin "qemu" { config { image_paths = ["/b"] } }'))).toEqual([["/b"], [], []]);
    expect(lists(parse(first, 'plugin "qemu" { config {} }', 'plugin "qemu" {}', 'region = "x"'))).toEqual([
      ["/a"],
      ["-smp"],
      [],
    ]);
  });

  test.each([
    ['plugin "qemu" { config { foo = 1 } }', "error Invalid label «foo»"],
    ['plugin "qemu" { config { fingerprint_emulator = "x86_64" } }', "error Invalid label «fingerprint_emulator»"],
    [
      'plugin "qemu" { config { image_paths = "/srv/images" } }',
      'error Incorrect attribute value type «"/srv/images"»',
    ],
    ['plugin "qemu" { config { image_paths { a = 1 } } }', "error Incorrect attribute value type «{ a = 1 }»"],
    [
      'plugin "qemu" { config { args_allowlist = { a = "-smp" } } }',
      'error Incorrect attribute value type «{ a = "-smp" }»',
    ],
    ['plugin "qemu" { config { args_allowlist = ["-a", ["-b"]] } }', 'error Incorrect attribute value type «["-b"]»'],
    ['plugin "qemu" { config { args_allowlist = ["${x}"] } }', 'error Variables not allowed «"${x}"»'],
    ['plugin "qemu" { config { image_paths = null } }', "error Unknown token «null»"],
    ['plugin "qemu" { image_paths = ["/srv/images"] }', "warning Setting outside config «image_paths»"],
    ['plugin "qemu" { something = 1 }', "warning Setting outside config «something»"],
    ['plugin "qemu" { config { image_paths = ["/srv" } }', "error Missing comma «}»"],
    ['plugin "qemu" { config { image_paths = [', "error Unclosed list «»"],
    ['plugin "qemu" { config {', "error Unclosed object «»"],
    ['plugin "qemu" = upper("x")', "error Unknown token «upper»"],
    ['plugin "qemu', 'error Illegal character «"qemu»'],
    ["plugin = @", "error Illegal character «@»"],
    ["plugin", "error Value expected «»"],
    ["= 1", "error Key expected «=»"],
    ["}", "error Unexpected token «}»"],
    ['x = "\\q"', "error Illegal character «\\q»"],
    ["x = <<EOF\nabc", "error Illegal character «<<EOF\nabc»"],
    ["/* x", "error Illegal character «/*»"],
  ])("%s: %s", (text, expected) => {
    expect(summaries(parse(text))).toEqual([expected]);
  });

  test("says nothing twice after a syntax error, and keeps what came before it", () => {
    const config = parse('plugin "qemu" { config { image_paths = ["/srv"] } }\nclient { meta { a = @ } } }}} ???');
    expect(config.diagnostics).toHaveLength(1);
    expect(lists(config)).toEqual([["/srv"], [], []]);
  });

  test("survives nesting without end", () => {
    expect(summaries(parse(`a = ${"[".repeat(100_000)}`))).toEqual(["error Nested too deeply «[»"]);
    expect(parse("a { ".repeat(100_000)).diagnostics).toHaveLength(1);
  });
});

describe("client", () => {
  const text = `
    region     = "eu"
    datacenter = "dc2"
    name       = "box"
    data_dir   = "/opt/nomad"
    client {
      enabled           = true
      node_class        = "vm"
      node_pool         = "gpu"
      network_interface = "lo"
      max_kill_timeout  = "1m30s"
      min_dynamic_port  = 20000
      meta {
        rack       = "r1"
        "dash-key" = "dashed"
        count      = 3
      }
      options = { "user.denylist" = "root", "driver.raw_exec.enable" = true }
      host_network "public" {
        cidr           = "10.0.0.0/8"
        reserved_ports = "22,80"
      }
    }`;

  test("settings are read with their places", () => {
    const { client, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect([client.region, client.datacenter, client.name, client.dataDir].map((found) => found?.value)).toEqual([
      "eu",
      "dc2",
      "box",
      "/opt/nomad",
    ]);
    expect([client.nodeClass, client.nodePool, client.networkInterface].map((found) => found?.value)).toEqual([
      "vm",
      "gpu",
      "lo",
    ]);
    expect(client.maxKillTimeoutNs?.value).toBe(90e9);
    expect([client.minDynamicPort?.value, client.maxDynamicPort]).toEqual([20000, undefined]);
    expect(Object.entries(client.meta).map(([key, { value }]) => [key, value])).toEqual([
      ["rack", "r1"],
      ["dash-key", "dashed"],
      ["count", "3"],
    ]);
    expect(client.options["user.denylist"]?.value).toBe("root");
    expect(client.options["driver.raw_exec.enable"]?.value).toBe("true");
    expect(client.hostNetworks["public"]?.value).toEqual({ cidr: "10.0.0.0/8", interface: "", reservedPorts: "22,80" });
  });

  test("later files win key by key", () => {
    const { client } = parse(
      text,
      'datacenter = "dc3"\nclient { meta { rack = "r2" new = "x" } host_network "private" { interface = "eth1" } }',
    );
    expect([client.region?.value, client.datacenter?.value]).toEqual(["eu", "dc3"]);
    expect(Object.entries(client.meta).map(([key, { value }]) => `${key}=${value}`)).toEqual([
      "rack=r2",
      "dash-key=dashed",
      "count=3",
      "new=x",
    ]);
    expect(Object.keys(client.hostNetworks)).toEqual(["public", "private"]);
  });

  test.each([
    ['client { max_kill_timeout = "30" }', 'error Invalid duration «"30"»'],
    ["client { node_class = [1] }", "error Incorrect attribute value type «[1]»"],
    ['client { min_dynamic_port = "x" }', 'error Incorrect attribute value type «"x"»'],
    ["client { meta { a = [1] } }", "error Incorrect attribute value type «[1]»"],
  ])("%s: %s", (config, expected) => {
    expect(summaries(parse(config))).toEqual([expected]);
  });
});

describe("texts of HCL 1", () => {
  test.each([
    ['"a\\tb\\u00e9\\"\\\\"', 'a\tbé"\\'],
    ['"\\x41\\101\\U0001F600"', "AA😀"],
    ['"${upper("x")}"', '${upper("x")}'],
    ['"a${ {"k" = "}"} }b"', 'a${ {"k" = "}"} }b'],
    ["<<EOF\nline 1\n line 2\nEOF\n", "line 1\n line 2\n"],
    ["<<-EOF\n    line 1\n      line 2\n    EOF\n", "line 1\n  line 2\n"],
    ["1.5e3", "1500"],
    ["0x1F", "31"],
    ["010", "8"],
    ["-3", "-3"],
    ["false", "false"],
  ])("%s is %s", (text, expected) => {
    const { client, diagnostics } = parse(`client { meta { v = ${text} } }`);
    expect(diagnostics).toEqual([]);
    expect(client.meta["v"]?.value).toBe(expected);
  });
});

describe("files", () => {
  test("of a folder are those that Nomad reads, in its order", () => {
    const names = ["b.hcl", "a.json", ".#c.hcl", "#d.hcl#", "e.hcl~", "f.txt", "B.hcl", "10.hcl", "9.hcl"];
    expect(agentConfigFileNames(names)).toEqual(["10.hcl", "9.hcl", "B.hcl", "a.json", "b.hcl"]);
  });

  test("are read from paths and folders", async () => {
    const folder = await mkdtemp(join(tmpdir(), "agent-config-"));
    try {
      await writeFile(join(folder, "2.hcl"), 'datacenter = "two"');
      await writeFile(join(folder, "1.hcl"), 'datacenter = "one"');
      await mkdir(join(folder, "sub.hcl"));
      const sources = await readAgentConfigFiles([folder, join(folder, "1.hcl")]);
      expect(sources.ok && sources.value.map(({ text }) => text)).toEqual([
        'datacenter = "one"',
        'datacenter = "two"',
        'datacenter = "one"',
      ]);
      const missing = await readAgentConfigFiles([join(folder, "nope")]);
      expect(missing).toMatchObject({ ok: false, error: { code: "agent-config-unreadable" } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
