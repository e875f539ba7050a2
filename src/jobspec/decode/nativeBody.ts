// Bodies in native syntax, as the decoder reads them. Nomad: hclsyntax's Body.Content, dynblock and BlocksAsAttrs.
import type { WithDiagnostics } from "../../hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../../hcl/evaluate.ts";
import { startSpan } from "../../hcl/evaluation/startSpan.ts";
import { blocksAsAttributes } from "./freeBody.ts";
import type { SourceText } from "../../hcl/source.ts";
import type { Attribute, Block, Body, Expression, ObjectKey } from "../../hcl/syntax.ts";
import type { Value } from "../../hcl/value.ts";
import type { BodySchema } from "../schema/index.ts";
import type {
  BodyContents,
  Readable,
  ReadableAttribute,
  ReadableBlock,
  ReadableBody,
  ReadableEntry,
  Report,
} from "./body.ts";
import { droppedAt } from "./context.ts";
import { expandDynamic } from "./dynamic.ts";
import {
  labelProblem,
  missingArgument,
  unexpectedBlock,
  unsupportedArgument,
  unsupportedBlock,
} from "./unsupported.ts";

/** Where a body stands: `dynamic` blocks work in the job only, not at the top of the file or in variables. */
export type BodyPlace = "file" | "job";

/** How the expressions of a body are evaluated. */
export interface NativeScope {
  readonly source: SourceText;
  readonly evaluate: (expression: Expression) => WithDiagnostics<Value>;
  /** The names known here; absent where only constants may stand. */
  readonly context?: EvaluationContext;
  /** `editor` keeps blocks whose labels are wrong. */
  readonly mode: "strict" | "editor";
}

export function scopeOf(context: EvaluationContext, mode: NativeScope["mode"]): NativeScope {
  return { source: context.source, context, mode, evaluate: (expression) => evaluate(expression, context) };
}

/** An expression at its place, with the names that are known there. */
export function readExpression(expression: Expression, scope: NativeScope): Readable {
  return {
    span: expression.span,
    syntax: expression,
    startSpan: () => startSpan(expression),
    typeSyntax: expression,
    evaluate: () => scope.evaluate(expression),
    items: () =>
      expression.kind === "tuple" ? expression.items.map((item) => readExpression(item, scope)) : undefined,
    entries: () => (expression.kind === "object" ? literalEntries(expression, scope) : undefined),
  };
}

function literalEntries(
  expression: Extract<Expression, { kind: "object" }>,
  scope: NativeScope,
): readonly ReadableEntry[] {
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

export function nativeBody(body: Body, scope: NativeScope, place: BodyPlace): ReadableBody {
  return {
    missingSpan: { start: body.span.start, end: body.span.start },
    content: (schema, report) => nativeContent(body, scope, place, schema, report),
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

function readAttribute(attribute: Attribute, scope: NativeScope): ReadableAttribute {
  return {
    name: attribute.name,
    nameSpan: attribute.nameSpan,
    span: attribute.span,
    value: readExpression(attribute.expression, scope),
  };
}

function readBlock(block: Block, scope: NativeScope, place: BodyPlace): ReadableBlock {
  const inside = place === "file" && block.type === "job" ? "job" : place;
  return { ...block, body: nativeBody(block.body, scope, inside) };
}

function nativeContent(
  body: Body,
  scope: NativeScope,
  place: BodyPlace,
  schema: BodySchema,
  report: Report,
): BodyContents {
  const attributes = nativeAttributes(body, scope, schema, report);
  const blocks = new Map<string, ReadableBlock[]>();
  const add = (block: ReadableBlock): void => {
    const list = blocks.get(block.type);
    if (list === undefined) blocks.set(block.type, [block]);
    else list.push(block);
  };
  const accept = (block: Block, inner: NativeScope): void => {
    const blockSchema = schema.blocks.get(block.type);
    if (blockSchema === undefined) {
      report(unsupportedBlock(scope.source, { name: block.type, span: block.typeSpan }, schema));
      return;
    }
    const problem = labelProblem(scope.source, block, blockSchema);
    if (problem !== undefined) report(problem);
    if (problem === undefined || scope.mode === "editor") add(readBlock(block, inner, place));
  };
  for (const block of body.blocks) {
    if (place === "job" && block.type === "dynamic" && scope.context !== undefined) {
      for (const made of expandDynamic(block, scope.context, schema, report))
        add(readBlock(made.block, scopeOf(made.context, scope.mode), place));
    } else accept(block, scope);
  }
  return { attributes, blocks };
}

function nativeAttributes(
  body: Body,
  scope: NativeScope,
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
