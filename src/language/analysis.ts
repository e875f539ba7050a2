// What is known of one version of one document: read once, shared by every request about it.
import { SourceText } from "../hcl/source.ts";
import type { Body } from "../hcl/syntax.ts";
import { parseJobFile, type ParsedJobFile } from "../jobspec/parse.ts";
import type { Finding } from "../lint/finding.ts";
import { lintJobFile } from "../lint/lint.ts";
import { treeOf } from "../lint/tree.ts";
import { isTemplateFile } from "./templateFile.ts";
import { lintOptions, type Settings } from "./settings.ts";

export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  getText(): string;
}

export interface Analysis {
  readonly uri: string;
  readonly version: number;
  readonly source: SourceText;
  /** The tree of the native syntax; empty for a job in JSON. */
  readonly tree: Body;
  /** In editor mode: as much of the job as can be read. */
  readonly parsed: ParsedJobFile;
  /** A file for a templating tool: not HCL until that tool has run, so nothing is marked. */
  readonly isTemplate: boolean;
  /** Under the settings it was asked with; a hidden file is not linted. */
  readonly findings: readonly Finding[];
}

/** Bigger texts are not read: no job file comes near, and every keystroke costs the whole of it. */
export const MAX_DOCUMENT_CHARACTERS = 2_000_000;

/** Reads and lints a document. Never throws for what stands in it. */
export function analyse(document: OpenDocument, settings: Settings): Analysis {
  const text = document.getText();
  const readable = text.length <= MAX_DOCUMENT_CHARACTERS ? text : "";
  const source = new SourceText(fileName(document.uri), readable);
  const tree = treeOf(source);
  const parsed = withoutFiles(parseJobFile(source, { mode: "editor" }));
  const isTemplate = readable !== text || isTemplateFile(document.uri, text);
  const findings = isTemplate ? [] : lintJobFile(parsed, lintOptions(settings));
  const { uri, version } = document;
  return { uri, version, source, tree, parsed, isTemplate, findings };
}

/** Nomad's words for a file function that may not read; the evaluator says them where it is given no folder. */
const FILES_DISABLED = "filesystem function disabled";

/** The server reads no files. What they would say is not known here, which is no fault of the job. */
function withoutFiles(parsed: ParsedJobFile): ParsedJobFile {
  return { ...parsed, diagnostics: parsed.diagnostics.filter(({ detail }) => !detail.includes(FILES_DISABLED)) };
}

/** The last part of a URI, decoded: what messages call the file. */
function fileName(uri: string): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
