// Hover, completion, outline, folding, definition, and what the extension asks.
import { afterEach, describe, expect, it } from "vitest";
import { applyTextEdits, rangeOf, startClient, URI, withCursor, type TestClient } from "./client.ts";
import { vm } from "./jobs.ts";

let client: TestClient | undefined;
afterEach(() => client?.dispose());
const start = async (...options: Parameters<typeof startClient>): Promise<TestClient> =>
  (client = await startClient(...options));

async function hoverAt(marked: string): Promise<string | undefined> {
  const { text, position } = withCursor(marked);
  const server = await start();
  await server.open(text);
  return server.hover(position);
}

async function labelsAt(marked: string): Promise<string[]> {
  const { text, position } = withCursor(marked);
  const server = await start();
  await server.open(text);
  return (await server.completion(position)).map(({ label }) => label);
}

describe("hover", () => {
  it.each([
    ["a block", vm({}).replace("artifact", "arti|fact"), "artifact { … }"],
    ["an argument", vm({}).replace("type =", "ty|pe ="), "type = string"],
    ["the driver's argument", vm({}).replace("image_path", "image|_path"), "image_path = string"],
    ["a runtime name", vm({ args: '["-name", "${NOMAD_|ALLOC_ID}"]' }), "Id of the allocation"],
    ["node metadata", vm({ args: '["-name", "${meta.|rack}"]' }), "the *node*"],
    ["a QEMU option", vm({ args: '["-sna|pshot"]' }), "stands alone"],
    ["a function", vm({ args: '[upp|er("a")]' }), "upper(str: string): string"],
    ["a removed QEMU option", vm({ args: '["-nodef|config"]' }), "removed `-nodefconfig` in 3.1"],
    [
      "a variable",
      `variable "image" {\n  description = "what to boot"\n  default = "a"\n}\n${vm({ args: "[var.im|age]" })}`,
      "what to boot",
    ],
  ])("explains %s", async (_, marked, expected) => {
    expect(await hoverAt(marked)).toContain(expected);
  });

  it("links to Nomad's page and names the default", async () => {
    const text = await hoverAt(vm({ config: '        machine_|type = "q35"\n' }));
    expect(text).toContain('default `"pc"`');
    expect(text).toContain("since Nomad 1.11.1");
    expect(text).toContain("](https://developer.hashicorp.com/nomad/");
  });

  it("has nothing to say about blanks and unknown names", async () => {
    expect(await hoverAt(vm({ config: "   |     nonsense = 1\n" }))).toBeUndefined();
    expect(await hoverAt(vm({ config: "        non|sense = 1\n" }))).toBeUndefined();
  });
});

describe("completion", () => {
  it("offers what the driver's config may still hold", async () => {
    const labels = await labelsAt(vm({ config: "        mac|\n" }));
    expect(labels).toContain("machine_type");
    expect(labels).not.toContain("image_path");
    expect(labels).not.toContain("resources");
  });

  it("offers blocks and arguments of a task", async () => {
    const labels = await labelsAt(vm({ task: "      |\n" }));
    expect(labels).toEqual(expect.arrayContaining(["template", "kill_timeout", "artifact", "env"]));
    expect(labels).not.toContain("config");
    expect(labels).not.toContain("driver");
  });

  it("offers the top level in an empty file", async () => {
    expect(await labelsAt("|")).toEqual(expect.arrayContaining(["job", "variable", "locals"]));
  });

  it("offers the values of an argument, quoted where they must be", async () => {
    const inQuotes = await labelsAt(vm({ config: '        drive_interface = "|"\n' }));
    expect(inQuotes).toEqual(["ide", "scsi", "sd", "mtd", "floppy", "pflash", "virtio", "none"]);
    expect(await labelsAt(vm({ config: "        guest_agent = |\n" }))).toEqual(
      expect.arrayContaining(["true", "false"]),
    );
    expect(await labelsAt(vm({}).replace('type = "batch"', "type = |"))).toContain('"batch"');
  });

  it("offers variables, ports and metadata of the task in ${…}", async () => {
    const marked = vm({ args: '["${|}"]' })
      .replace('type = "batch"', 'type = "batch"\n  meta { rack = "r1" }')
      .replace("task", 'network {\n      port "ssh" {}\n    }\n    task');
    const labels = await labelsAt(`variable "image" {}\n${marked}`);
    expect(labels).toEqual(
      expect.arrayContaining([
        "var.image",
        "NOMAD_PORT_ssh",
        "NOMAD_HOST_PORT_ssh",
        "NOMAD_META_rack",
        "NOMAD_TASK_DIR",
      ]),
    );
  });

  it("offers declared names behind var. and local.", async () => {
    const declared = 'variable "image" {}\nlocals {\n  size = 1\n}\n';
    expect(await labelsAt(declared + vm({ args: "[var.|]" }))).toEqual(["image"]);
    expect(await labelsAt(declared + vm({ args: "[local.|]" }))).toEqual(["size"]);
  });

  it("offers QEMU's options in args, and port labels in port_map", async () => {
    expect(await labelsAt(vm({ args: '["-|"]' }))).toEqual(expect.arrayContaining(["-smp", "-snapshot"]));
    const marked = vm({ config: "        port_map {\n          |\n        }\n" }).replace(
      "memory",
      'network {\n          port "ssh" {}\n        }\n        memory',
    );
    expect(await labelsAt(marked)).toEqual(["ssh"]);
  });

  it("writes required arguments as tab stops", async () => {
    const { text, position } = withCursor(vm({ task: "      |\n" }));
    const server = await start();
    await server.open(text);
    const lifecycle = (await server.completion(position)).find(({ label }) => label === "lifecycle");
    expect(lifecycle?.insertText).toMatch(/^lifecycle \{\n {2}hook = "\$\{1:[^}]*\}"\n {2}\$0\n\}$/);
  });
});

it.each([
  ['[substr(|"abc", 1, 2)]', 0],
  ['[substr("abc", |1, 2)]', 1],
  ['[substr("abc", 1, 2|)]', 2],
  ['[format("%s%s", "a", "b", |"c")]', 1],
])("shows the signature around the cursor: %s", async (args, parameter) => {
  const { text, position } = withCursor(vm({ args }));
  const server = await start();
  await server.open(text);
  const help = await server.signature(position);
  expect(help?.signatures[0]?.label).toMatch(/^(?:substr|format)\(/);
  expect(help?.activeParameter).toBe(parameter);
});

it("outlines the blocks with their names", async () => {
  const server = await start();
  const text = vm({ config: "        port_map {\n          ssh = 22\n        }\n" });
  await server.open(text);
  const [job] = await server.symbols();
  expect(job).toMatchObject({ name: "demo", detail: "job", selectionRange: rangeOf(text, '"demo"') });
  const task = job?.children?.[0]?.children?.[0];
  expect(task).toMatchObject({ name: "vm", detail: "task · qemu" });
  expect(task?.children?.map(({ name }) => name)).toEqual(["config", "artifact", "resources"]);
});

it("folds blocks, lists, heredocs and comments, and keeps the last line in sight", async () => {
  const server = await start();
  await server.open('# one\n# two\n\njob "a" {\n  x = [\n    1,\n  ]\n  y = <<EOF\ntext\nEOF\n}\n');
  expect(await server.folding()).toEqual([
    { startLine: 0, endLine: 1, kind: "comment" },
    { startLine: 3, endLine: 9 },
    { startLine: 4, endLine: 5 },
    { startLine: 7, endLine: 8 },
  ]);
});

it.each([
  ["a variable", 'variable "image" {}\n', vm({ args: "[var.ima|ge]" }), '"image"'],
  ["a local", "locals {\n  size = 1\n}\n", vm({ args: '["${local.si|ze}"]' }), "size"],
])("goes to the definition of %s", async (_, declared, marked, target) => {
  const { text, position } = withCursor(declared + marked);
  const server = await start();
  await server.open(text);
  expect(await server.definition(position)).toEqual({ uri: URI, range: rangeOf(text, target) });
});

it("goes from a port's runtime name and from port_map to the port", async () => {
  const marked = vm({
    args: '["-x", "${NOMAD_HOST_PORT_s|sh}"]',
    config: "        port_map {\n          ssh = 22\n        }\n",
  }).replace("memory", 'network {\n          port "ssh" {}\n        }\n        memory');
  const { text, position } = withCursor(marked);
  const server = await start();
  await server.open(text);
  const expected = { uri: URI, range: rangeOf(text, '"ssh"') };
  expect(await server.definition(position)).toEqual(expected);
  expect(await server.definition(rangeOf(text, "ssh = 22").start)).toEqual(expected);
});

describe("nomadQemu/tasks", () => {
  const tasks = async (text: string): Promise<Awaited<ReturnType<typeof ask>>> => {
    const server = await start();
    await server.open(text);
    return ask(server);
  };
  const ask = (server: TestClient) => server.request("nomadQemu/tasks", { uri: URI });

  it("names each QEMU task with its place", async () => {
    const text = vm({});
    const result = await tasks(text);
    expect(result).toMatchObject({ version: 1, jobId: "demo", unsetVariables: [] });
    expect(result.tasks).toMatchObject([
      { group: "vms", task: "vm", range: rangeOf(text, 'task "vm"'), runnable: { kind: "yes" } },
    ]);
  });

  it("says why a task cannot run, and where", async () => {
    const text = vm({ memory: 64 });
    const [task] = (await tasks(text)).tasks;
    expect(task?.runnable).toMatchObject({
      kind: "no",
      code: "qemu/memory-out-of-bounds",
      range: rangeOf(text, "64"),
    });
  });

  it("does not blame a task for the error of another", async () => {
    const other = '    task "bad" {\n      driver = "qemu"\n      config {}\n    }\n';
    const result = await tasks(vm({}).replace("    task", `${other}    task`));
    expect(result.tasks.map(({ task, runnable }) => [task, runnable.kind])).toEqual([
      ["bad", "no"],
      ["vm", "yes"],
    ]);
  });

  it("lists variables without a value", async () => {
    const declared = 'variable "image" {\n  type        = string\n  description = "what to boot"\n}\n';
    const result = await tasks(declared + vm({ args: "[var.image]" }));
    expect(result.unsetVariables).toEqual([{ name: "image", description: "what to boot", typeText: "string" }]);
    expect(result.tasks[0]?.runnable).toEqual({ kind: "needs-variables" });
  });

  it("knows nothing of other drivers, templates and closed documents", async () => {
    expect((await tasks(vm({}).replace('"qemu"', '"docker"'))).tasks).toEqual([]);
    const template = await tasks(vm({ args: "[[ .args ]]" }));
    expect(template.tasks.every(({ runnable }) => runnable.kind === "no")).toBe(true);
    const server = await start();
    expect(await ask(server)).toEqual({ version: null, jobId: null, tasks: [], unsetVariables: [] });
  });

  it("announces that an older answer is stale", async () => {
    const server = await start();
    await server.open(vm({}));
    await server.change(vm({ memory: 512 }));
    await server.request("nomadQemu/status", {});
    expect(server.tasksChanged).toEqual([
      { uri: URI, version: 1 },
      { uri: URI, version: 2 },
    ]);
  });
});

it("tells its state for a bug report", async () => {
  const server = await start({ nomadVersion: "1.9.3" });
  await server.open(vm({}));
  expect(await server.request("nomadQemu/status", {})).toMatchObject({
    version: "1.2.3",
    pid: process.pid,
    openDocuments: 1,
    fingerprintKnown: false,
    nomadVersion: "1.9.3",
    lastLintMs: expect.any(Number),
  });
});

describe("formatting", () => {
  const crooked = 'job "x" {\ntype="batch"\n\n  group "g" {\ncount =  2\n  }\n}\n';

  it("is nomad fmt's, as edits", async () => {
    const server = await start();
    await server.open(crooked);
    const formatted = 'job "x" {\n  type = "batch"\n\n  group "g" {\n    count = 2\n  }\n}\n';
    expect(applyTextEdits(crooked, await server.format())).toBe(formatted);
  });

  it("touches only the lines of a range, or those around what was typed", async () => {
    const server = await start();
    await server.open(crooked);
    const onlyFirst = 'job "x" {\n  type = "batch"\n\n  group "g" {\ncount =  2\n  }\n}\n';
    expect(applyTextEdits(crooked, await server.format({ range: rangeOf(crooked, 'type="batch"') }))).toBe(onlyFirst);
    const typed = await server.format({ position: { line: 2, character: 0 }, ch: "\n" });
    expect(applyTextEdits(crooked, typed)).toBe(onlyFirst);
  });

  it("leaves a file alone that it cannot read whole, and one in JSON", async () => {
    const server = await start();
    await server.open('job "x" {\n a = = 1\n}\n');
    expect(await server.format()).toEqual([]);
    await server.open('{"job":   {"x": {}}}', "file:///jobs/x.nomad");
    expect(await server.format(undefined, "file:///jobs/x.nomad")).toEqual([]);
  });
});
