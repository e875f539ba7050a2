// The manifest and the code name the same things.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ALLOW_COMMAND, LANGUAGE_ID } from "../../../src/language/protocol.ts";
import { COMMANDS, SETTINGS, VIEW_ID } from "../../../src/views/names.ts";

interface Manifest {
  readonly main: string;
  readonly activationEvents?: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly scope: string }>> }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly languages: readonly { readonly id: string }[];
  };
}

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;
const nls = JSON.parse(read("package.nls.json")) as Record<string, string>;
const { contributes } = manifest;
const contributed = contributes.commands.map(({ command }) => command);
const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  { readonly scope: string }
>;

describe("manifest", () => {
  test("contributes every command that the code registers, and no other", () => {
    expect([...contributed].sort()).toEqual(Object.values(COMMANDS).sort());
    expect(contributed).not.toContain(ALLOW_COMMAND);
  });

  test("names every setting that the code reads", () => {
    const ours = Object.values(SETTINGS).map((key) => `nomadQemu.${key}`);
    expect(Object.keys(settings).sort()).toEqual([...ours, "nomadQemu.trace.server"].sort());
  });

  test("keeps what decides what may run out of the workspace's reach", () => {
    const ofMachine = Object.keys(settings).filter((key) => settings[key]?.scope === "machine");
    for (const key of [
      "agentConfigFiles",
      "imagePaths",
      "argsAllowlist",
      "emulatorsAllowlist",
      "dataDir",
      "confirmRun",
    ])
      expect(ofMachine).toContain(`nomadQemu.${key}`);
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.toSorted()).toEqual(ofMachine.sort());
  });

  test("has a text for every placeholder, and uses every text", () => {
    const used = new Set(Array.from(JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g), (match) => match[1]));
    expect([...used].sort()).toEqual(Object.keys(nls).sort());
  });

  test("only mentions commands, views and languages that exist", () => {
    const known = new Set([...contributed, `${VIEW_ID}.focus`, "workbench.trust.manage"]);
    const texts = JSON.stringify(nls);
    for (const [, command] of texts.matchAll(/\(command:([\w.]+)\)/g)) expect(known).toContain(command);
    for (const items of Object.values(contributes.menus))
      for (const { command } of items) expect(known).toContain(command);
    for (const { view } of contributes.viewsWelcome) expect(view).toBe(VIEW_ID);
    expect(contributes.languages.map(({ id }) => id)).toEqual([LANGUAGE_ID]);
  });

  test("a welcome text knows no code spans: backticks would be shown", () => {
    const texts = Object.entries(nls).filter(([key]) => key.startsWith("welcome."));
    for (const [, text] of texts) expect(text).not.toContain("`");
  });

  test("hides from the palette what only makes sense on a row", () => {
    const hidden = contributes.menus["commandPalette"]?.filter(({ when }) => when === "false") ?? [];
    const names = hidden.map(({ command }) => command);
    for (const name of [COMMANDS.copyAddress, COMMANDS.copyAllocationId, COMMANDS.openJobFile])
      expect(names).toContain(name);
  });

  test("needs no activation event but the implicit ones", () => {
    expect(manifest.activationEvents).toBeUndefined();
    expect(manifest.main).toBe("./dist/extension.js");
  });
});
