// textDocument/hover: what a block, an argument or a name means, and where Nomad's page about it is.
import type { Hover } from "vscode-languageserver";
import { MarkupKind } from "vscode-languageserver";
import type { Position, Span } from "../../hcl/source.ts";
import type { Attribute, Block, Expression } from "../../hcl/syntax.ts";
import { documentationUrl, schemaAt, type AttributeSchema, type BlockSchema } from "../../jobspec/schema/index.ts";
import type { Analysis } from "../analysis.ts";
import { declarationOf } from "../declarations.ts";
import { functionHelp } from "../functionHelp.ts";
import { describeOption } from "../qemuOptionHelp.ts";
import { describeRuntimeName } from "../runtimeNames.ts";
import { driverOf, plainText, schemaPath, syntaxAt, touches } from "../syntaxAt.ts";

export function hover(analysis: Analysis, position: Position): Hover | null {
  const { tree, source } = analysis;
  const offset = source.offset(position);
  const { blocks, attribute, expressions } = syntaxAt(tree, offset);
  const driver = driverOf(blocks);
  const answer = (text: string | undefined, span: Span): Hover | null =>
    text === undefined ? null : { contents: { kind: MarkupKind.Markdown, value: text }, range: source.range(span) };

  const block = blocks.at(-1);
  if (block !== undefined && touches(block.typeSpan, offset)) {
    return answer(
      describeSchema(schemaAt(schemaPath(blocks), { ...(driver === undefined ? {} : { driver }) })),
      block.typeSpan,
    );
  }
  if (attribute === undefined) return null;
  if (touches(attribute.nameSpan, offset)) {
    const schema = schemaAt([...schemaPath(blocks), attribute.name], { ...(driver === undefined ? {} : { driver }) });
    return answer(describeSchema(schema), attribute.nameSpan);
  }
  for (const expression of [...expressions].reverse()) {
    if (expression.kind === "call" && touches(expression.nameSpan, offset)) {
      const help = functionHelp(expression.name);
      return answer(help && `${code(help.signature)}\n\n${help.description}`, expression.nameSpan);
    }
    const text = describeExpression(analysis, expression);
    if (text !== undefined) return answer(text, expression.span);
  }
  return optionHover(blocks, attribute, expressions, answer);
}

function describeExpression(analysis: Analysis, expression: Expression): string | undefined {
  if (expression.kind !== "scope-traversal") return undefined;
  const declared = declarationOf(analysis, expression);
  if (declared !== undefined) {
    const shown = code(analysis.source.slice(declared.shownSpan));
    return declared.description === undefined ? shown : `${declared.description}\n\n${shown}`;
  }
  return describeRuntimeName(analysis.source.slice(expression.span));
}

/** An element of `args` in a QEMU task. */
function optionHover(
  blocks: readonly Block[],
  attribute: Attribute,
  expressions: readonly Expression[],
  answer: (text: string | undefined, span: Span) => Hover | null,
): Hover | null {
  const element = expressions[1];
  if (attribute.name !== "args" || driverOf(blocks) !== "qemu" || element === undefined) return null;
  const text = plainText(element);
  return text === undefined ? null : answer(describeOption(text), element.span);
}

const code = (text: string): string => `\`\`\`hcl\n${text}\n\`\`\``;

/** The documentation of a block or argument as Markdown. */
export function describeSchema(schema: AttributeSchema | BlockSchema | undefined): string | undefined {
  if (schema === undefined || schema.name === "") return undefined;
  const facts: string[] = [];
  if (schema.required) facts.push("required");
  if (schema.kind === "attribute") {
    if (schema.default !== undefined) facts.push(`default \`${schema.default}\``);
    if (schema.values !== undefined) facts.push(`one of ${schema.values.map((value) => `\`${value}\``).join(", ")}`);
  }
  if (schema.since !== undefined) facts.push(`since Nomad ${schema.since}`);
  if (schema.enterprise === true) facts.push("Nomad Enterprise");
  if (schema.jobTypes !== undefined) facts.push(`for jobs of type ${schema.jobTypes.join(", ")}`);
  const head = schema.kind === "attribute" ? `${schema.name} = ${schema.type}` : blockHeader(schema);
  const lines = [code(head), schema.doc];
  if (facts.length > 0) lines.push(facts.join(" · "));
  if (schema.deprecated !== undefined) {
    lines.push(`**Deprecated since Nomad ${schema.deprecated.since}.** ${schema.deprecated.use}`);
  }
  const url = documentationUrl(schema);
  if (url !== undefined) lines.push(`[Nomad's documentation](${url})`);
  return lines.join("\n\n");
}

function blockHeader({ name, labels }: BlockSchema): string {
  return [name, ...labels.map((label) => `"<${label.name}>"`), "{ … }"].join(" ");
}
