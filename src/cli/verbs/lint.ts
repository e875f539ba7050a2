// `lint`: everything the editor marks, for terminals and CI.
import path from "node:path";
import valid from "semver/functions/valid.js";
import { ProblemError, type Problem } from "../../base/result.ts";
import { rewriteFile } from "../../base/rewriteFile.ts";
import { encodeUtf8 } from "../../hcl/decode.ts";
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
    if (given.has("fix") && given.operands.includes("-"))
      throw new ProblemError({ code: "usage", what: "-fix changes files; standard input has none" });
    const pluginConfig = await pluginConfigOf(context);
    const judged = await nodeOf(context, pluginConfig);
    const options: LintOptions = {
      pluginConfig,
      ...(judged === undefined ? {} : { node: judged.node, fingerprint: judged.fingerprint }),
      ...(nomadVersion === undefined ? {} : { nomadVersion }),
    };
    const format = (given.value("format") ?? "text") as FindingFormat;
    const files: LintedFile[] = [];
    for (const file of given.operands) {
      const linted = await lintFile(file, context, options);
      files.push(linted);
      if (format === "jsonl") printFindings(terminal, [linted], format);
    }
    if (format !== "jsonl") printFindings(terminal, files, format);

    const allowed = given.value("max-severity") ?? "warning";
    const limit = allowed === "none" ? -1 : SEVERITIES.indexOf(allowed as Severity);
    const worst = Math.max(
      -1,
      ...files.flatMap(({ findings }) => findings.map(({ severity }) => SEVERITIES.indexOf(severity))),
    );
    const isWhole = files.every(({ unreadable, unwritable }) => unreadable === undefined && unwritable === undefined);
    return worst > limit || !isWhole ? EXIT.no : EXIT.ok;
  },
};

interface LintedFile extends FileFindings {
  /** Why the fixes could not be written; the findings are those of the file as it is. */
  readonly unwritable?: Problem;
}

async function lintFile(file: string, context: VerbContext, options: LintOptions): Promise<LintedFile> {
  const variables = await variablesOf(context);
  const read = await trySource(file, context);
  if (!read.ok) return { file, findings: [], unreadable: read.error };
  const lintText = (source: SourceText): Finding[] =>
    lintJobFile(parseJobFile(source, { mode: "editor", variables, fileRoot: context.terminal.cwd }), options);
  const findings = lintText(read.value);
  if (!context.arguments.has("fix")) return { file, findings };

  const fixed = fix(read.value, findings, lintText);
  if (fixed.source.text === read.value.text) return { file, findings };
  const { cwd, note, complain } = context.terminal;
  const written = rewriteFile(path.resolve(cwd, file), encodeUtf8(fixed.source.text));
  if (!written.ok) {
    const unwritable = { ...written.error, where: file };
    complain(unwritable);
    return { file, findings, unwritable };
  }
  note(`${file}: fixed`);
  return { file, findings: fixed.findings };
}

/** The text with its safe fixes made, and what is still found in it. */
function fix(
  source: SourceText,
  findings: readonly Finding[],
  lintText: (source: SourceText) => Finding[],
): { readonly source: SourceText; readonly findings: readonly Finding[] } {
  for (let round = 0; round < FIX_ROUNDS_MAX; round++) {
    const edits = safeEdits(findings, source);
    if (edits.length === 0) break;
    source = new SourceText(source.name, applyEdits(source.text, edits));
    findings = lintText(source);
  }
  return { source, findings };
}
