// Quick fixes leave a file that the same rules have nothing against.
import { afterEach, describe, expect, it } from "vitest";
import type { CodeAction } from "vscode-languageserver";
import { applyAction, rangeOf, startClient, type TestClient } from "./client.ts";
import { vm } from "./jobs.ts";

let client: TestClient | undefined;
afterEach(() => client?.dispose());

const start = async (...options: Parameters<typeof startClient>): Promise<TestClient> =>
  (client = await startClient(...options));

const FORBIDDEN = { pluginConfig: { imagePaths: [], argsAllowlist: ["-smp"], emulatorsAllowlist: ["x86_64"] } };
const titles = (actions: readonly CodeAction[]): string[] => actions.map(({ title }) => title);

describe("quick fixes", () => {
  it("remove a forbidden argument with its value and its comma", async () => {
    const server = await start(FORBIDDEN);
    const text = vm({
      args: '["-smp", "2", "-drive", "file=x", "-snapshot"]',
      config: '        emulator   = "x86_64"\n',
    });
    await server.open(text);
    const actions = await server.actions(rangeOf(text, '"-drive"'));
    expect(titles(actions)).toEqual(["Remove this argument and its value"]);
    expect(actions[0]).toMatchObject({
      kind: "quickfix",
      isPreferred: true,
      diagnostics: [{ code: "qemu/args-not-allowed" }],
    });
    const mended = applyAction(text, actions[0]);
    expect(mended).toContain('args       = ["-smp", "2", "-snapshot"]');
    const again = await server.change(mended);
    expect(again.filter(({ code }) => code === "qemu/args-not-allowed")).toHaveLength(1);
    const [last] = await server.actions(rangeOf(mended, '"-snapshot"'));
    const clean = applyAction(mended, last);
    expect((await server.change(clean)).filter(({ severity }) => severity === 1)).toEqual([]);
  });

  it("offer the operator's configuration only where the user may change it", async () => {
    const server = await start({ ...FORBIDDEN, pluginConfigWritable: true });
    const text = vm({ args: '["-snapshot"]', config: '        emulator   = "x86_64"\n' });
    await server.open(text);
    const actions = await server.actions(rangeOf(text, '"-snapshot"'));
    expect(titles(actions)).toEqual(["Remove this argument", 'Allow "-snapshot" in my plugin configuration']);
    expect(actions[1]?.command).toEqual({
      title: 'Allow "-snapshot" in my plugin configuration',
      command: "nomadQemu.allowInPluginConfig",
      arguments: [
        {
          action: { kind: "allow-argument", value: "-snapshot", title: 'Allow "-snapshot" in my plugin configuration' },
          uri: "file:///jobs/job.nomad.hcl",
        },
      ],
    });
  });

  it.each([
    ["an argument of the driver", "image_path", "image_pth", 'Did you mean "image_path"?'],
    ["an argument of the job", "priority = 60", "priorty = 60", 'Did you mean "priority"?'],
    ["a block", "artifact {", "artifct {", 'Did you mean "artifact"?'],
    ["a QEMU option", '"-snapshot"', '"-snapshto"', 'Did you mean "-snapshot"?'],
  ])("say which name was meant: %s", async (_, right, wrong, title) => {
    const server = await start();
    const good = vm({ args: '["-snapshot"]' }).replace('type = "batch"', 'type = "batch"\n  priority = 60');
    const bad = good.replace(right, wrong);
    await server.open(bad);
    const action = (await server.actions(rangeOf(bad, wrong.split(" ")[0] ?? ""))).find((one) => one.title === title);
    expect(applyAction(bad, action)).toBe(good);
  });

  it("are for the asked range only", async () => {
    const server = await start(FORBIDDEN);
    const text = vm({ args: '["-snapshot"]' });
    await server.open(text);
    expect(await server.actions(rangeOf(text, 'group "vms"'))).toEqual([]);
  });
});

describe("source.fixAll", () => {
  it("applies every safe fix at once, and none of the others", async () => {
    const server = await start(FORBIDDEN);
    const text = vm({
      args: '[\n          "-smp", "2",\n          "-nodefconfig",\n          "-drive", "file=x",\n          "-snapshot", # not allowed\n        ]',
      config: '        emulator   = "qemu-system-x86_64"\n',
      task: '\n      kill_signal = "sigterm"\n      user        = "root"\n',
    });
    await server.open(text);
    const [action, ...more] = await server.actions(rangeOf(text, "job"), ["source.fixAll"]);
    expect(more).toEqual([]);
    const mended = applyAction(text, action);
    expect(mended).toContain('args       = [\n          "-smp", "2",\n        ]');
    expect(mended).toContain('emulator   = "x86_64"');
    expect(mended).toContain('kill_signal = "SIGTERM"');
    expect(mended).not.toContain("user");
    expect((await server.change(mended)).filter(({ severity }) => severity === 1)).toEqual([]);
    expect(await server.actions(rangeOf(mended, "job"), ["source.fixAll.nomad-qemu"])).toEqual([]);
  });

  it("is not mixed with the fixes of a squiggle", async () => {
    const server = await start(FORBIDDEN);
    const text = vm({ args: '["-snapshot"]' });
    await server.open(text);
    const kinds = (await server.actions(rangeOf(text, '"-snapshot"'))).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["quickfix"]));
  });
});
