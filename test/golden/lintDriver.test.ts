// What fails on a real Nomad is marked in the file before anything runs, in Nomad's own words; what runs has no error.
import { expect, it } from "vitest";
import type { PluginConfig } from "../../src/driver/pluginConfig.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { nodeFromApi } from "../../src/jobspec/nodeSources.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import type { Finding } from "../../src/lint/finding.ts";
import { lintJobFile } from "../../src/lint/lint.ts";
import { argumentRules } from "../../src/lint/rules/arguments.ts";
import { imageRules } from "../../src/lint/rules/image.ts";
import { machineRules } from "../../src/lint/rules/machine.ts";
import { describeGolden, readGoldenJson, readGoldenLines } from "../support/golden.ts";
import { exceptionsOf } from "../support/goldenExceptions.ts";

interface Row {
  readonly id: string;
  readonly hcl: string;
  readonly outcome: "failed" | "rejected" | "not placed" | "running";
  readonly plugin: { image_paths?: string[]; args_allowlist?: string[]; emulators_allowlist?: string[] };
  readonly events?: readonly { readonly type: string; readonly display: string }[];
  readonly error?: string;
  readonly clientDescription?: string;
  readonly stderr?: string | null;
  readonly qemu?: "real" | "stand-in";
}

const RECORDING = "driver/errors.jsonl";
/** The recording client's allocations lay where their paths are this long. */
const ALLOC_ROOT = "/srv/recordings/gold/dat/alloc";
const FAILURES = new Set([
  "Failed Validation",
  "Driver Failure",
  "Task hook failed",
  "Setup Failure",
  "Failed Artifact Download",
]);

function lint({ hcl, id, plugin }: Row): Finding[] {
  const source = new SourceText(`${id}.nomad.hcl`, hcl);
  const pluginConfig: PluginConfig = {
    imagePaths: plugin.image_paths ?? [],
    argsAllowlist: plugin.args_allowlist ?? [],
    emulatorsAllowlist: plugin.emulators_allowlist ?? [],
  };
  const node = nodeFromApi(readGoldenJson("driver/node.json"));
  if (!node.ok) throw new Error(node.error.what);
  const emulators = node.value.attributes["driver.qemu.emulators"]?.split(",") ?? [];
  const fingerprint = {
    attributes: {},
    detected: true,
    healthy: true,
    healthDescription: "Healthy",
    emulatorPaths: Object.fromEntries(
      [...emulators, ...UNLISTED_EMULATORS].map((name) => [name, `/usr/bin/qemu-system-${name}`]),
    ),
  };
  return lintJobFile(parseJobFile(source, { mode: "strict" }), {
    pluginConfig,
    node: node.value,
    fingerprint,
    allocRoot: ALLOC_ROOT,
  });
}

/** Emulators of the second directory in PATH, which the node does not list but a task can name. */
const UNLISTED_EMULATORS = ["mips", "rootonly", "badfmt"];
/** What QEMU itself refuses; a recording whose QEMU was a stand-in that only slept says nothing about these. */
const QEMU_ITSELF = new Set(
  [argumentRules, machineRules, imageRules].flatMap(({ rules }) => rules.map(({ code }) => code)),
);

/** The short texts by which Nomad or QEMU name the cause: any of them makes the match. */
function causes({ events = [], error = "", stderr, clientDescription = "" }: Row): string[] {
  const failed = events.filter(({ type }) => FAILURES.has(type)).map(({ display }) => display);
  const unable = /^Unable to add allocation due to error: .*: (.*)$/.exec(clientDescription)?.[1] ?? "";
  const texts = [...failed, error, unable].map((text) => text.replaceAll("${ALLOC}", "<allocation>"));
  const lines = texts.flatMap((text) => text.split("\n")).map((line) => line.replace(/^\s*\*\s*/, "").trim());
  const shown = lines
    .filter((line) => line !== "" && !/^\d+ errors? occurred:$|validation failed:|^failed to parse config:$/.test(line))
    .map(shortened);
  // `Summary: detail` of a config: the labels are ours to the letter, the details are not.
  const validation = events
    .filter(({ type }) => type === "Failed Validation")
    .flatMap(({ display }) => [...display.matchAll(/\* ([A-Z][^:\n]*): /g)]);
  shown.push(...validation.map(([, summary = ""]) => summary));
  const qemu = ((stderr ?? "").match(/^qemu-system-\S+: .*$/gm) ?? []).map((line) =>
    line.replace(/^qemu-system-[^:]+: /, ""),
  );
  return [...new Set([...shown, ...qemu.flatMap(qemuCauses)])];
}

/** Nomad's labels are ours to the letter, its details are not: `Summary: detail` counts by its summary. */
function shortened(line: string): string {
  const parse = /^Failed to parse job: \S+ ([^;]+);/.exec(line)?.[1];
  if (parse !== undefined) return parse;
  // Go's own words on a number are not Nomad's.
  if (line.includes(": strconv.")) return line.replace(/: strconv\..*$/, "");
  const template = /^template: failed to read template/.exec(line)?.[0];
  return template ?? line.replace(/^failed to download artifact "[^"]*": (?:.*failed to download artifact: )?/, "");
}

/** QEMU says `-option value: reason (more)`. */
function qemuCauses(line: string): string[] {
  const parts = line.split(": ");
  const reason = parts.at(-1) ?? "";
  return [
    ...parts.slice(1).map((part) => part.replace(/^(Could not open) .*/, "$1")),
    reason,
    reason.replace(/,bus=.*$/, ""),
    ...(/\(([^)]*)\)$/.exec(reason)?.slice(1) ?? []),
  ];
}

function marks(findings: readonly Finding[], wanted: readonly string[]): boolean {
  // A QEMU that prints its version and ends says nothing of a cause.
  return findings.some(({ message }) => wanted.length === 0 || wanted.some((cause) => message.includes(cause)));
}

describeGolden("the linter on what a real Nomad refused", [RECORDING], () => {
  const rows = readGoldenLines<Row>(RECORDING);
  const exceptions = exceptionsOf("driver/errors-lint");
  const refused = rows.filter(({ outcome }) => outcome === "failed" || outcome === "rejected");

  it("says so before it runs, in the same words", () => {
    const missed = refused
      .filter((row) => !exceptions.has(row.id))
      .filter(
        (row) =>
          !marks(
            lint(row).filter(({ severity }) => severity !== "hint"),
            causes(row),
          ),
      )
      .map((row) => `${row.id}: ${causes(row).join(" | ")}`);
    expect(missed).toEqual([]);
  });

  it("excepts only what no linter can know", () => {
    const known = new Set(refused.map(({ id }) => id));
    expect([...exceptions.keys()].filter((id) => !known.has(id))).toEqual([]);
    const needless = refused
      .filter(({ id }) => exceptions.has(id))
      .filter((row) =>
        marks(
          lint(row).filter(({ severity }) => severity === "error"),
          causes(row),
        ),
      )
      .map(({ id }) => id);
    expect(needless).toEqual([]);
  });

  it("has no error for what ran", () => {
    const wrong = rows
      .filter(({ outcome }) => outcome === "running")
      .flatMap((row) =>
        lint(row)
          .filter(({ severity, code }) => severity === "error" && !(row.qemu === "stand-in" && QEMU_ITSELF.has(code)))
          .map(({ code, message }) => `${row.id}: ${code} ${message}`),
      );
    expect(wrong).toEqual([]);
  });
});
