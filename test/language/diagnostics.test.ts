// What a person sees while writing: squiggles at the exact place, gone when mended, never of an older text.
import { afterEach, describe, expect, it } from "vitest";
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver";
import { rangeOf, startClient, URI, type TestClient } from "./client.ts";
import { vm } from "./jobs.ts";

let client: TestClient | undefined;
afterEach(() => client?.dispose());

const start = async (...options: Parameters<typeof startClient>): Promise<TestClient> =>
  (client = await startClient(...options));
const errors = (found: readonly Diagnostic[]): Diagnostic[] =>
  found.filter(({ severity }) => severity === DiagnosticSeverity.Error);

const FORBIDDEN = { pluginConfig: { imagePaths: [], argsAllowlist: ["-smp"], emulatorsAllowlist: [] } };

describe("diagnostics", () => {
  it("mark the argument that the operator forbids, and nothing else", async () => {
    const server = await start(FORBIDDEN);
    const text = vm({ args: '["-smp", "2", "-snapshot"]' });
    const [found, ...others] = errors(await server.open(text));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: "qemu/args-not-allowed",
      source: "nomad-qemu",
      range: rangeOf(text, '"-snapshot"'),
      codeDescription: { href: "file:///product/docs/rules.md#qemuargs-not-allowed" },
    });
    expect(found?.message).toContain('"-snapshot" is not in args_allowlist');
  });

  it("count columns in UTF-16, behind characters of all sizes", async () => {
    const server = await start(FORBIDDEN);
    const text = vm({ args: '["-smp", "😀é", /* 漢字 */ "-snapshot"]' });
    expect(errors(await server.open(text))[0]?.range).toEqual(rangeOf(text, '"-snapshot"'));
  });

  it("have none for a job that starts", async () => {
    const server = await start();
    expect(errors(await server.open(vm({})))).toEqual([]);
  });

  it("mark an unknown name and say which one was meant", async () => {
    const server = await start();
    const text = vm({}).replace("image_path", "image_pth");
    const found = errors(await server.open(text));
    const unknown = found.find(({ code }) => code === "qemu/config-unknown-argument");
    expect(unknown?.range).toEqual(rangeOf(text, "image_pth"));
    expect(unknown?.message).toContain('Did you mean "image_path"?');
  });

  it("come while typing, stay few, and go", async () => {
    const server = await start();
    const text = vm({});
    await server.open(text);
    const broken = text.replace('driver = "qemu"', 'driver = "qemu');
    const found = errors(await server.change(broken));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(2);
    expect(found[0]?.code).toBe("hcl/syntax");
    expect(errors(await server.change(text))).toEqual([]);
  });

  it("of overtaken versions are never sent", async () => {
    const server = await start({ debounceMs: 50 });
    await server.open(vm({}));
    for (const memory of [10, 20, 30, 40]) void server.type(vm({ memory }));
    expect(errors(await server.change(vm({ memory: 64 }))).map(({ code }) => code)).toEqual([
      "qemu/memory-out-of-bounds",
    ]);
    expect(server.published.map(({ version }) => version)).toEqual([1, 6]);
  });

  it("are withdrawn when the document is closed", async () => {
    const server = await start(FORBIDDEN);
    await server.open(vm({ args: '["-snapshot"]' }));
    await server.close();
    await server.request("nomadQemu/status", {});
    expect(server.published.at(-1)).toMatchObject({ uri: URI, diagnostics: [] });
  });

  it("follow the configuration at once", async () => {
    const server = await start();
    expect(errors(await server.open(vm({ args: '["-snapshot"]' })))).toEqual([]);
    await server.request("nomadQemu/configure", FORBIDDEN);
    expect(errors(server.published.at(-1)?.diagnostics ?? [])).toHaveLength(1);
    await server.request("nomadQemu/configure", { disabledFeatures: ["diagnostics"] });
    expect(server.published.at(-1)?.diagnostics).toEqual([]);
  });

  it.each([
    ["a template of Levant", vm({ args: "[[ .args ]]" }), URI],
    ["a template by its name", "job [ {", "file:///jobs/job.nomad.tpl"],
  ])("keep quiet about %s", async (_, text, uri) => {
    const server = await start();
    expect(await server.open(text, uri)).toEqual([]);
  });

  it("take nested lists for what they are", async () => {
    const server = await start();
    expect(errors(await server.open(vm({ args: '[["-smp"]]' }))).map(({ code }) => code)).toEqual(["qemu/config-type"]);
  });

  it("do not blame a job for files that the server does not read", async () => {
    const server = await start();
    const text = vm({
      task: '\n      template {\n        data        = file("a.tpl")\n        destination = "local/a"\n      }\n',
    });
    expect(errors(await server.open(text))).toEqual([]);
  });

  it("survive anything: no text makes the server fail", async () => {
    const server = await start();
    for (const text of ["", "{", '"', "job", "\u0000", 'job "a" {', "<<EOF", "${", "[[", '{"job": 1}', "\ud800"]) {
      await server.open(text);
      await server.close();
    }
    expect((await server.request("nomadQemu/status", {})).openDocuments).toBe(0);
  });
});
