// Bodies in native syntax, as the decoder reads them. Nomad: hclsyntax's Body.Content, dynblock and BlocksAsAttrs.
import type { WithDiagnostics } from "../../hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../../hcl/evaluate.ts";
import { startSpan } from "../../hcl/evaluation/startSpan.ts";
import { blocksAsAttributes } from "../../hcl/extensions/blocksAsAttributes.ts";
import type { Span } from "../../hcl/source.ts";
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
class NativeExpression implements Readable {
  readonly syntax: Expression;
  readonly scope: Scope;

  constructor(syntax: Expression, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
  }

  get span(): Span {
    return this.syntax.span;
  }

  get staticSyntax(): Expression {
    return this.syntax;
  }

  startSpan(): Span {
    return startSpan(this.syntax);
  }

  evaluate(): WithDiagnostics<Value> {
    return evaluateIn(this.syntax, this.scope);
  }

  evaluateWith(context: EvaluationContext): WithDiagnostics<Value> {
    return evaluate(this.syntax, context);
  }

  trees(): readonly Expression[] {
    return [this.syntax];
  }

  withName(name: string, value: Value): Readable {
    return new NativeExpression(this.syntax, withName(this.scope, name, value));
  }

  items(): readonly Readable[] | undefined {
    const { syntax, scope } = this;
    return syntax.kind === "tuple" ? syntax.items.map((item) => new NativeExpression(item, scope)) : undefined;
  }

  entries(): readonly ReadableEntry[] | undefined {
    return this.syntax.kind === "object" ? literalEntries(this.syntax, this.scope) : undefined;
  }
}

function literalEntries(expression: Extract<Expression, { kind: "object" }>, scope: Scope): readonly ReadableEntry[] {
  const entries: ReadableEntry[] = [];
  for (const item of expression.items) {
    const key = literalKey(item.key);
    if (key === undefined) continue;
    entries.push({ key, keySpan: item.key.span, value: new NativeExpression(item.value, scope) });
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

class NativeAttribute implements ReadableAttribute {
  readonly syntax: Attribute;
  readonly scope: Scope;

  constructor(syntax: Attribute, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
  }

  get name(): string {
    return this.syntax.name;
  }

  get nameSpan(): Span {
    return this.syntax.nameSpan;
  }

  get span(): Span {
    return this.syntax.span;
  }

  get value(): Readable {
    return new NativeExpression(this.syntax.expression, this.scope);
  }
}

class NativeBlock implements ReadableBlock {
  readonly syntax: Block;
  readonly scope: Scope;

  constructor(syntax: Block, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
  }

  get type(): string {
    return this.syntax.type;
  }

  get labels(): readonly string[] {
    return this.syntax.labels;
  }

  get labelSpans(): readonly Span[] {
    return this.syntax.labelSpans;
  }

  get typeSpan(): Span {
    return this.syntax.typeSpan;
  }

  get defSpan(): Span {
    return this.syntax.defSpan;
  }

  get span(): Span {
    return this.syntax.span;
  }

  get body(): ReadableBody {
    return new NativeBody(this.syntax.body, inside(this.scope, this.syntax.type));
  }
}

const NO_ATTRIBUTES: BodyContents["attributes"] = new Map();

/**
 * A body as the file or a block has it. Here and in the other loops that run for every block or value of a file an index
 * counts: the program is too young to be optimised, and `for … of` would make two objects and a call of each step.
 */
export class NativeBody implements ReadableBody {
  readonly syntax: Body;
  readonly scope: Scope;

  constructor(syntax: Body, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
  }

  get missingSpan(): Span {
    return startOf(this.syntax);
  }

  withName(name: string, value: Value): ReadableBody {
    return new NativeBody(this.syntax, withName(this.scope, name, value));
  }

  content(schema: BodySchema, report: Report): BodyContents {
    const { syntax, scope } = this;
    const attributes = nativeAttributes(syntax, scope, schema, report);
    return { attributes, blocks: arrangeBlocks(nativeBlocks(syntax, scope, schema, report), scope, schema, report) };
  }

  justAttributes(report: Report): readonly ReadableAttribute[] {
    const { syntax, scope } = this;
    const block = syntax.blocks[0];
    if (block !== undefined) report(unexpectedBlock(scope.source, { name: block.type, span: block.typeSpan }));
    return syntax.attributes.map((attribute) => new NativeAttribute(attribute, scope));
  }

  freeAttributes(report: Report): readonly ReadableAttribute[] {
    const { syntax, scope } = this;
    const hidden = ({ nameSpan, name }: Attribute): void => {
      const detail = `There is a ${name} block too, and only that one counts. Remove the argument, or write all of it as a block.`;
      report(droppedAt(scope, nameSpan, detail));
    };
    return blocksAsAttributes(syntax, hidden).map((attribute) => new NativeAttribute(attribute, scope));
  }
}

function startOf({ span }: Body): Span {
  return { start: span.start, end: span.start };
}

function nativeAttributes(body: Body, scope: Scope, schema: BodySchema, report: Report): BodyContents["attributes"] {
  const { required } = schema;
  if (body.attributes.length + required.length === 0) return NO_ATTRIBUTES;
  const attributes = new Map<string, ReadableAttribute>();
  for (let index = 0; index < body.attributes.length; index++) {
    const attribute = body.attributes[index]!;
    const { name } = attribute;
    if (schema.attributes.has(name) || schema.blocks.get(name)?.alsoAttribute === true) {
      attributes.set(name, new NativeAttribute(attribute, scope));
    } else report(unsupportedArgument(scope.source, { name, span: attribute.nameSpan }, schema));
  }
  for (let index = 0; index < required.length; index++) {
    const name = required[index]!;
    if (!attributes.has(name)) report(missingArgument(scope.source, name, startOf(body)));
  }
  return attributes;
}

/** The blocks that may stand here, with the labels that they must have. */
function nativeBlocks(body: Body, scope: Scope, schema: BodySchema, report: Report): readonly ReadableBlock[] {
  const accepted: ReadableBlock[] = [];
  for (let index = 0; index < body.blocks.length; index++) {
    const block = body.blocks[index]!;
    const blockSchema = blockSchemaOf(block.type, scope, schema);
    if (blockSchema === undefined) {
      report(unsupportedBlock(scope.source, { name: block.type, span: block.typeSpan }, schema));
      continue;
    }
    const problem = labelProblem(scope.source, block, blockSchema);
    if (problem !== undefined) report(problem);
    if (problem === undefined || (scope.mode === "editor" && block.type !== "dynamic")) {
      accepted.push(new NativeBlock(block, scope));
    }
  }
  return accepted;
}
