// Adds a value to a list of `plugin "qemu" { config { … } }` in a Nomad agent's configuration file, as a careful person would.
import { parseSource } from "../hcl/parser.ts";
import { parseAgentConfig } from "../jobspec/agentConfig.ts";
import { readAgentConfigFiles } from "../jobspec/agentConfigFiles.ts";
import { SourceText, type Range } from "../hcl/source.ts";
import type { Block, TupleExpression } from "../hcl/syntax.ts";
import { addToBlock, quoteHcl } from "../lint/edits.ts";
import type { Action, TextEdit } from "../lint/finding.ts";

/** Nomad: drivers/qemu/driver.go, configSpec. */
export const LIST_OF: Readonly<Record<Action["kind"], string>> = {
  "allow-argument": "args_allowlist",
  "allow-emulator": "emulators_allowlist",
  "allow-image-path": "image_paths",
};

export interface AgentFileEdit {
  readonly range: Range;
  readonly newText: string;
}

/**
 * The edit of the file whose `config` block is in force among agent files (or folders of them), with that file's name.
 * Undefined as for `allowInAgentFile`, and when no file can be read.
 */
export async function allowInAgentFiles(
  paths: readonly string[],
  action: Action,
): Promise<(AgentFileEdit & { readonly file: string }) | undefined> {
  const sources = await readAgentConfigFiles(paths);
  const source = sources.ok ? parseAgentConfig(sources.value).plugin.place?.source : undefined;
  const edit = source === undefined ? undefined : allowInAgentFile(source.name, source.text, action);
  return source === undefined || edit === undefined ? undefined : { ...edit, file: source.name };
}

/** The edit, or undefined where the file is written in a way that no edit can be sure of (JSON, computed lists, errors). */
export function allowInAgentFile(name: string, text: string, action: Action): AgentFileEdit | undefined {
  const source = new SourceText(name, text);
  const edit = editOf(source, action);
  return edit === undefined ? undefined : { range: source.range(edit.span), newText: edit.newText };
}

function editOf(source: SourceText, action: Action): TextEdit | undefined {
  const { value: body, diagnostics } = parseSource(source, "strict");
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const plugin = body.blocks.findLast(({ type, labels }) => type === "plugin" && labels[0] === "qemu");
  const config = plugin?.body.blocks.findLast(({ type }) => type === "config");
  if (config === undefined) return undefined;
  return addToList(source, config, LIST_OF[action.kind], action.value);
}

function addToList(source: SourceText, config: Block, list: string, value: string): TextEdit | undefined {
  const attribute = config.body.attributes.find(({ name }) => name === list);
  if (attribute === undefined) return addToBlock(source, config.span, [`${list} = [${quoteHcl(value)}]`]);
  const { expression } = attribute;
  return expression.kind === "tuple" ? append(source, expression, quoteHcl(value)) : undefined;
}

/** Behind the last element: on a line of its own when that one has its own line. */
function append({ text }: SourceText, list: TupleExpression, element: string): TextEdit {
  const last = list.items.at(-1);
  if (last === undefined) return { span: { start: list.openSpan.end, end: list.openSpan.end }, newText: element };
  const lineStart = text.lastIndexOf("\n", last.span.start - 1) + 1;
  const before = text.slice(lineStart, last.span.start);
  const glue = before.trim() === "" ? `,\n${before}` : ", ";
  return { span: { start: last.span.end, end: last.span.end }, newText: glue + element };
}
