// Bodies in native syntax, as the decoder reads them. Nomad: hclsyntax's Body.Content, dynblock and BlocksAsAttrs.
import { evaluate } from "../../hcl/evaluate.ts";
import { startSpan } from "../../hcl/evaluation/startSpan.ts";
import { blocksAsAttributes } from "../../hcl/extensions/blocksAsAttributes.ts";
import type { Attribute, Block, Body, Expression, ObjectKey } from "../../hcl/syntax.ts";
import type { BodySchema } from "../schema/index.ts";
import type { Readable, ReadableAttribute, ReadableBlock, ReadableBody, ReadableEntry, Report } from "./body.ts";
import { droppedAt } from "./context.ts";
import { arrangeBlocks, blockSchemaOf } from "./dynamic.ts";
import { evaluateIn, inside, withName, type Scope } from "./scope.ts";
import {
  labelProblem,
  missingArgument,
  unexpectedBlock,
  unsupportedArgument,
  unsupportedBlock,
} from "./unsupported.ts";

/** An expression at its place, with the names that are known there. */
export function readExpression(expression: Expression, scope: Scope): Readable {
  return {
    span: expression.span,
    syntax: expression,
    startSpan: () => startSpan(expression),
    staticSyntax: expression,
    evaluate: () => evaluateIn(expression, scope),
    evaluateWith: (context) => evaluate(expression, context),
    trees: () => [expression],
    withName: (name, value) => readExpression(expression, withName(scope, name, value)),
    items: () =>
      expression.kind === "tuple" ? expression.items.map((item) => readExpression(item, scope)) : undefined,
    entries: () => (expression.kind === "object" ? literalEntries(expression, scope) : undefined),
  };
}

function literalEntries(expression: Extract<Expression, { kind: "object" }>, scope: Scope): readonly ReadableEntry[] {
  const entries: ReadableEntry[] = [];
  for (const item of expression.items) {
    const key = literalKey(item.key);
    if (key === undefined) continue;
    entries.push({ key, keySpan: item.key.span, value: readExpression(item.value, scope) });
  }
  return entries;
}

/** The key when it is written out; undefined when it must be evaluated. */
export function literalKey(key: ObjectKey): string | undefined {
  if (key.kind === "name") return key.name;
  const { expression } = key;
  if (expression.kind !== "template") return undefined;
  const [only, more] = expression.parts;
  if (only === undefined) return "";
  return more === undefined && only.kind === "literal" ? only.value : undefined;
}

export function nativeBody(body: Body, scope: Scope): ReadableBody {
  const missingSpan = { start: body.span.start, end: body.span.start };
  return {
    missingSpan,
    withName: (name, value) => nativeBody(body, withName(scope, name, value)),
    content: (schema, report) => ({
      attributes: nativeAttributes(body, scope, schema, report),
      blocks: arrangeBlocks(nativeBlocks(body, scope, schema, report), scope, schema, report),
    }),
    justAttributes: (report) => {
      const [block] = body.blocks;
      if (block !== undefined) report(unexpectedBlock(scope.source, { name: block.type, span: block.typeSpan }));
      return body.attributes.map((attribute) => readAttribute(attribute, scope));
    },
    freeAttributes: (report) => {
      const hidden = ({ nameSpan, name }: Attribute): void => {
        const detail = `There is a ${name} block too, and only that one counts. Remove the argument, or write all of it as a block.`;
        report(droppedAt(scope, nameSpan, detail));
      };
      return blocksAsAttributes(body, hidden).map((attribute) => readAttribute(attribute, scope));
    },
  };
}

function readAttribute(attribute: Attribute, scope: Scope): ReadableAttribute {
  return {
    name: attribute.name,
    nameSpan: attribute.nameSpan,
    span: attribute.span,
    value: readExpression(attribute.expression, scope),
  };
}

function readBlock(block: Block, scope: Scope): ReadableBlock {
  return { ...block, body: nativeBody(block.body, inside(scope, block.type)) };
}

/** The blocks that may stand here, with the labels that they must have. */
function nativeBlocks(body: Body, scope: Scope, schema: BodySchema, report: Report): readonly ReadableBlock[] {
  const accepted: ReadableBlock[] = [];
  for (const block of body.blocks) {
    const blockSchema = blockSchemaOf(block.type, scope, schema);
    if (blockSchema === undefined) {
      report(unsupportedBlock(scope.source, { name: block.type, span: block.typeSpan }, schema));
      continue;
    }
    const problem = labelProblem(scope.source, block, blockSchema);
    if (problem !== undefined) report(problem);
    if (problem === undefined || (scope.mode === "editor" && block.type !== "dynamic")) {
      accepted.push(readBlock(block, scope));
    }
  }
  return accepted;
}

function nativeAttributes(
  body: Body,
  scope: Scope,
  schema: BodySchema,
  report: Report,
): ReadonlyMap<string, ReadableAttribute> {
  const attributes = new Map<string, ReadableAttribute>();
  for (const attribute of body.attributes) {
    const { name } = attribute;
    if (schema.attributes.has(name) || schema.blocks.get(name)?.alsoAttribute === true) {
      attributes.set(name, readAttribute(attribute, scope));
    } else report(unsupportedArgument(scope.source, { name, span: attribute.nameSpan }, schema));
  }
  for (const { name, required } of schema.attributes.values()) {
    if (required && !attributes.has(name))
      report(missingArgument(scope.source, name, { start: body.span.start, end: body.span.start }));
  }
  return attributes;
}
