// `lint`: everything the editor marks, for terminals and CI.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import valid from "semver/functions/valid.js";
import { ProblemError } from "../../base/result.ts";
import { SourceText } from "../../hcl/source.ts";
import { parseJobFile } from "../../jobspec/parse.ts";
import { applyEdits } from "../../lint/edits.ts";
import type { Finding, Severity } from "../../lint/finding.ts";
import { lintJobFile, type LintOptions } from "../../lint/lint.ts";
import { safeEdits } from "../../lint/safeFixes.ts";
import { EXIT } from "../exitCodes.ts";
import { printFindings, type FileFindings, type FindingFormat } from "../findingOutput.ts";
import { trySource, variablesOf } from "../jobFile.ts";
import { variableFlags } from "../jobText.ts";
import { nodeFlags, nodeOf } from "../node.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
import { flag, type Verb, type VerbContext } from "../verb.ts";

const SEVERITIES: readonly Severity[] = ["hint", "info", "warning", "error"];
/** Fixing can uncover what was hidden; more rounds than this would be a fault of a rule. */
const FIX_ROUNDS_MAX = 10;

export const lint: Verb = {
  operands: "FILE…",
  arity: [1, Infinity],
  flags: {
    format: flag.format(["text", "json", "jsonl", "sarif", "github"]),
    fix: { kind: "switch", help: "apply the safe fixes to the files" },
    "max-severity": {
      kind: "value",
      value: "SEVERITY",
      choices: ["none", "hint", "info", "warning", "error"],
      help: "worst finding that still ends with 0; without it only errors end with 1",
    },
    "nomad-version": { kind: "value", value: "X.Y.Z", help: "Nomad version the jobs are for; the newest when absent" },
    ...nodeFlags,
    ...variableFlags,
    "plugin-config": flag.pluginConfig,
  },
  examples: [
    "nomad-qemu lint vm.nomad.hcl",
    "nomad-qemu lint -format github -plugin-config client.hcl jobs/*.nomad.hcl",
  ],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const nomadVersion = given.value("nomad-version");
    if (nomadVersion !== undefined && valid(nomadVersion) === null) {
      throw new ProblemError({ code: "usage", what: `-nomad-version takes X.Y.Z, not "${nomadVersion}"` });
    }
    const pluginConfig = await pluginConfigOf(context);
    const judged = await nodeOf(context, pluginConfig);
    const options: LintOptions = {
      pluginConfig,
      ...(judged === undefined ? {} : { node: judged.node, fingerprint: judged.fingerprint }),
      ...(nomadVersion === undefined ? {} : { nomadVersion }),
    };
    const files: FileFindings[] = [];
    for (const file of given.operands) files.push(await lintFile(file, context, options));
    printFindings(terminal, files, (given.value("format") ?? "text") as FindingFormat);

    const allowed = given.value("max-severity") ?? "warning";
    const limit = allowed === "none" ? -1 : SEVERITIES.indexOf(allowed as Severity);
    const worst = Math.max(
      -1,
      ...files.flatMap(({ findings }) => findings.map(({ severity }) => SEVERITIES.indexOf(severity))),
    );
    const isWhole = files.every(({ unreadable }) => unreadable === undefined);
    return worst > limit || !isWhole ? EXIT.no : EXIT.ok;
  },
};

async function lintFile(file: string, context: VerbContext, options: LintOptions): Promise<FileFindings> {
  const variables = await variablesOf(context);
  const read = await trySource(file, context);
  if (!read.ok) return { file, findings: [], unreadable: read.error };
  let source = read.value;
  const lintText = (): Finding[] =>
    lintJobFile(parseJobFile(source, { mode: "editor", variables, fileRoot: context.terminal.cwd }), options);
  let findings = lintText();
  if (!context.arguments.has("fix") || file === "-") return { file, findings };

  const before = source.text;
  for (let round = 0; round < FIX_ROUNDS_MAX; round++) {
    const edits = safeEdits(findings, source);
    if (edits.length === 0) break;
    source = new SourceText(source.name, applyEdits(source.text, edits));
    findings = lintText();
  }
  if (source.text !== before) {
    await writeFile(path.resolve(context.terminal.cwd, file), source.text);
    context.terminal.note(`${file}: fixed`);
  }
  return { file, findings };
}
