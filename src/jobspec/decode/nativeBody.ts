// Bodies in native syntax, as the decoder reads them. Nomad: hclsyntax's Body.Content, dynblock and BlocksAsAttrs.
import type { WithDiagnostics } from "../../hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../../hcl/evaluate.ts";
import { startSpan } from "../../hcl/evaluation/startSpan.ts";
import { blocksAsAttributes } from "../../hcl/extensions/blocksAsAttributes.ts";
import { literalOf, type Literal } from "../../hcl/literal.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import type { Attribute, Block, Body, Expression, ObjectKey } from "../../hcl/syntax.ts";
import type { Value } from "../../hcl/value.ts";
import { dynamicBlock } from "../schema/dynamic.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import { evaluateConstant } from "../variables/constants.ts";
import type { Readable, ReadableAttribute, ReadableBlock, ReadableBody, ReadableEntry, Report } from "./body.ts";
import { BodyContents } from "./contents.ts";
import { droppedAt, reported } from "./context.ts";
import { arrangeBlocks } from "./dynamic.ts";
import { isReadTwice, refuseArguments } from "./looks.ts";
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
  private result: Value | undefined;

  constructor(syntax: Attribute, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
    this.result = undefined;
  }

  get kind(): "argument" {
    return "argument";
  }

  get source(): SourceText {
    return this.scope.source;
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

  get literal(): Literal | undefined {
    return literalOf(this.syntax.expression);
  }

  evaluate(report: Report): Value {
    return (this.result = reported(evaluateIn(this.syntax.expression, this.scope), report));
  }

  get evaluated(): Value {
    return (this.result ??= evaluateConstant(this.syntax.expression, this.source).value);
  }
}

class NativeBlock implements ReadableBlock {
  readonly syntax: Block;
  readonly scope: Scope;

  constructor(syntax: Block, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
  }

  get kind(): "block" {
    return "block";
  }

  get source(): SourceText {
    return this.scope.source;
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
    const contents = new BodyContents(schema.index);
    addAttributes(contents, this, schema, report);
    if (this.syntax.blocks.length > 0) addBlocks(contents, this, schema, report);
    return contents;
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
    const attributes = blocksAsAttributes(syntax, hidden);
    const readable = new Array<ReadableAttribute>(attributes.length);
    for (let index = 0; index < attributes.length; index++) {
      readable[index] = new NativeAttribute(attributes[index]!, scope);
    }
    return readable;
  }
}

function startOf({ span }: Body): Span {
  return { start: span.start, end: span.start };
}

function addAttributes(
  contents: BodyContents,
  { syntax, scope }: NativeBody,
  schema: BodySchema,
  report: Report,
): void {
  const { attributes } = syntax;
  const { members, places, required } = contents.index;
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index]!;
    const { name } = attribute;
    const place = places.get(name);
    const member = place === undefined ? undefined : members[place];
    if (place !== undefined && (member?.kind === "attribute" || (member?.kind === "block" && member.alsoAttribute))) {
      contents.at(place).attribute = new NativeAttribute(attribute, scope);
    } else if (!schema.partial) report(unsupportedArgument(scope.source, { name, span: attribute.nameSpan }, schema));
  }
  for (let index = 0; index < required.length; index++) {
    const name = required[index]!;
    if (contents.attribute(name) === undefined) report(missingArgument(scope.source, name, startOf(syntax)));
  }
}

/** Adds the blocks that may stand here, with the labels that they must have. */
function addBlocks(contents: BodyContents, { syntax, scope }: NativeBody, schema: BodySchema, report: Report): void {
  const { blocks } = syntax;
  const { members, places } = contents.index;
  // A dynamic block and all behind it wait until every block is looked at: what is wrong with it is said last.
  let waiting: ReadableBlock[] | undefined;
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]!;
    const { type } = block;
    const place = places.get(type) ?? -1;
    const isDynamic = type === "dynamic" && scope.place === "job";
    const member = isDynamic ? dynamicBlock : members[place];
    if (member?.kind !== "block") {
      if (!schema.partial) report(unsupportedBlock(scope.source, { name: type, span: block.typeSpan }, schema));
      continue;
    }
    if (block.labels.length !== member.labels.length) {
      reportLabels(scope, block, member, report);
      if (scope.mode === "strict") {
        if (isReadTwice(member, schema)) reportLabels(scope, block, member, report);
        if (isDynamic) refuseArguments(contents, scope, schema, report);
      }
      if (scope.mode === "strict" || type === "dynamic") continue;
    }
    const accepted = new NativeBlock(block, scope);
    if (waiting !== undefined) waiting.push(accepted);
    else if (isDynamic) waiting = [accepted];
    else contents.addBlock(place, accepted);
  }
  if (waiting !== undefined) arrangeBlocks(contents, waiting, scope, schema, report);
}

function reportLabels({ source }: Scope, block: Block, schema: BlockSchema, report: Report): void {
  const problem = labelProblem(source, block, schema);
  if (problem !== undefined) report(problem);
}
