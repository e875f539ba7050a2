// textDocument/completion: what may be written at a place, from the schema of job files and the names of the file.
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  MarkupKind,
  type CompletionItem,
  type CompletionList,
} from "vscode-languageserver";
import type { Position } from "../../hcl/source.ts";
import type { Block, Body } from "../../hcl/syntax.ts";
import {
  bodyOf,
  schemaAt,
  type AttributeSchema,
  type BlockSchema,
  type BodySchema,
} from "../../jobspec/schema/index.ts";
import { KNOWN_OPTIONS, takesValue } from "../../lint/qemuOptions.ts";
import type { Analysis } from "../analysis.ts";
import { allFunctions } from "../functionHelp.ts";
import { locals, ports, variables } from "../declarations.ts";
import { COMMON_NODE_NAMES, describeRuntimeName } from "../runtimeNames.ts";
import { driverOf, schemaPath, syntaxAt } from "../syntaxAt.ts";
import { describeSchema } from "./hover.ts";
import { runtimeNamesAt } from "../taskNames.ts";

export interface CompletionOptions {
  /** The client understands `${1:…}`. */
  readonly snippets: boolean;
}

/** Where the cursor stands, told by the text of its line up to it. */
type Place =
  | { readonly kind: "name" }
  /** In `${…}`, or in an expression outside quotes. `qualifier` is `var`, `local` or nothing. */
  | { readonly kind: "reference"; readonly qualifier: "var" | "local" | undefined; readonly quoted: boolean }
  | { readonly kind: "value"; readonly attribute: string; readonly quoted: boolean }
  | { readonly kind: "argument" };

export function completion(analysis: Analysis, position: Position, options: CompletionOptions): CompletionList {
  const { source, tree } = analysis;
  const offset = source.offset(position);
  const lineStart = source.lineStarts[position.line] ?? 0;
  const { blocks, body, attribute } = syntaxAt(tree, offset);
  const inside = insideBody(blocks, offset);
  const place = placeOf(source.text.slice(lineStart, offset), attribute?.name);
  return { isIncomplete: false, items: itemsAt(analysis, place, inside, body, offset, options) };
}

/** The blocks whose bodies hold the offset: a header is not inside its block. */
function insideBody(blocks: readonly Block[], offset: number): readonly Block[] {
  return blocks.filter(
    ({ openBraceSpan, closeBraceSpan }) => offset >= openBraceSpan.end && offset <= closeBraceSpan.start,
  );
}

function placeOf(before: string, attribute: string | undefined): Place | undefined {
  const interpolation = /[$%]\{[^}]*$/.exec(before);
  const quoted = interpolation === null && (before.replaceAll(/\\./g, "").split('"').length - 1) % 2 === 1;
  if (!quoted) {
    const qualifier = /\b(var|local)\.[\w-]*$/.exec(before)?.[1];
    if (qualifier === "var" || qualifier === "local") return { kind: "reference", qualifier, quoted: false };
  }
  if (interpolation !== null) return { kind: "reference", qualifier: undefined, quoted: true };
  const assigned = /(?:^|[{\s])([\w-]+)\s*=\s*"?[\w./:-]*$/.exec(before)?.[1];
  if (attribute === "args" && quoted) return { kind: "argument" };
  if (assigned !== undefined) return { kind: "value", attribute: assigned, quoted };
  if (/(?:^|\{)\s*[\w-]*$/.test(before) && !quoted) return { kind: "name" };
  return undefined;
}

function itemsAt(
  analysis: Analysis,
  place: Place | undefined,
  blocks: readonly Block[],
  body: Body,
  offset: number,
  options: CompletionOptions,
): CompletionItem[] {
  const driver = driverOf(blocks);
  const context = driver === undefined ? {} : { driver };
  switch (place?.kind) {
    case undefined:
      return [];
    case "argument":
      return driver === "qemu" ? argumentItems() : [];
    case "reference":
      return referenceItems(analysis, place.qualifier, offset);
    case "value": {
      const schema = schemaAt([...schemaPath(blocks), place.attribute], context);
      const values = schema?.kind === "attribute" ? valueItems(schema, place.quoted) : [];
      return place.quoted ? values : [...values, ...referenceItems(analysis, undefined, offset)];
    }
    case "name": {
      const schema = schemaAt(schemaPath(blocks), context);
      if (blocks.at(-1)?.type === "port_map") return labelItems(analysis);
      return schema?.kind === "block" ? memberItems(bodyOf(schema, context), body, options) : [];
    }
  }
}

/** Blocks and arguments that may still be written in a body. */
function memberItems(schema: BodySchema, body: Body, options: CompletionOptions): CompletionItem[] {
  const items: CompletionItem[] = [];
  const present = new Set([...body.attributes.map(({ name }) => name), ...body.blocks.map(({ type }) => type)]);
  for (const member of schema.members) {
    if (member.kind === "constant") continue;
    const once = member.kind === "attribute" || member.occurs === "one";
    if (once && present.has(member.name)) continue;
    items.push({
      label: member.name,
      kind: member.kind === "attribute" ? CompletionItemKind.Property : CompletionItemKind.Struct,
      detail: member.kind === "attribute" ? member.type : "block",
      ...documentation(member),
      ...(member.deprecated === undefined ? {} : { tags: [CompletionItemTag.Deprecated] }),
      // What is required comes first.
      sortText: `${member.required ? 0 : member.deprecated === undefined ? 1 : 2}${member.name}`,
      insertText: options.snippets ? snippet(member) : member.name,
      insertTextFormat: options.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    });
  }
  return items;
}

function documentation(schema: AttributeSchema | BlockSchema): Pick<CompletionItem, "documentation"> {
  const value = describeSchema(schema);
  return value === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value } };
}

function snippet(member: AttributeSchema | BlockSchema): string {
  if (member.kind === "attribute") return `${member.name} = ${placeholder(member, 1)}`;
  const labels = member.labels.map(({ name }, index) => ` "\${${index + 1}:${name}}"`).join("");
  const required = [...member.body.attributes.values()].filter((attribute) => attribute.required);
  const lines = required.map(
    (attribute, index) => `\n  ${attribute.name} = ${placeholder(attribute, member.labels.length + index + 1)}`,
  );
  return `${member.name}${labels} {${lines.join("")}\n  $0\n}`;
}

function placeholder({ type, default: value, examples }: AttributeSchema, index: number): string {
  const shown = (examples?.[0] ?? value?.replaceAll('"', "") ?? "").replaceAll(/[$}\\]/g, "\\$&");
  if (type === "string" || type === "duration") return `"\${${index}:${shown}}"`;
  if (type === "bool") return `\${${index}|true,false|}`;
  if (type.startsWith("list(")) return `["\${${index}}"]`;
  return `\${${index}:${shown}}`;
}

function valueItems({ type, values, examples }: AttributeSchema, quoted: boolean): CompletionItem[] {
  if (type === "bool" && !quoted) {
    return ["true", "false"].map((label) => ({ label, kind: CompletionItemKind.Value }));
  }
  const texts = values ?? examples ?? [];
  const isText = type === "string" || type === "duration";
  if (quoted && !isText) return [];
  return texts.map((text, index) => ({
    label: isText && !quoted ? `"${text}"` : text,
    kind: values === undefined ? CompletionItemKind.Value : CompletionItemKind.EnumMember,
    sortText: String(index).padStart(3, "0"),
  }));
}

function argumentItems(): CompletionItem[] {
  return KNOWN_OPTIONS.map((name) => ({
    label: `-${name}`,
    kind: CompletionItemKind.Constant,
    detail: takesValue(name) ? "takes a value" : "stands alone",
  }));
}

function labelItems({ tree }: Analysis): CompletionItem[] {
  return [...new Set(ports(tree).map(({ name }) => name))].map((label) => ({
    label,
    kind: CompletionItemKind.Reference,
    detail: "port",
    insertText: `${label} = `,
  }));
}

function referenceItems(analysis: Analysis, qualifier: "var" | "local" | undefined, offset: number): CompletionItem[] {
  const { tree } = analysis;
  const item = (label: string, kind: CompletionItemKind, detail: string | undefined): CompletionItem =>
    detail === undefined ? { label, kind } : { label, kind, detail };
  if (qualifier === "var")
    return variables(tree).map(({ name, description }) => item(name, CompletionItemKind.Variable, description));
  if (qualifier === "local") return locals(tree).map(({ name }) => item(name, CompletionItemKind.Variable, undefined));
  return [
    ...variables(tree).map(({ name, description }) => item(`var.${name}`, CompletionItemKind.Variable, description)),
    ...locals(tree).map(({ name }) => item(`local.${name}`, CompletionItemKind.Variable, undefined)),
    ...[...runtimeNamesAt(analysis, offset), ...COMMON_NODE_NAMES].map((name) =>
      item(name, CompletionItemKind.Constant, describeRuntimeName(name)),
    ),
    ...allFunctions().map(({ name, signature, description }) => ({
      ...item(name, CompletionItemKind.Function, signature),
      documentation: { kind: MarkupKind.Markdown, value: description },
    })),
  ];
}
