// What stands at an offset of a job file: the blocks around it, and the argument and expressions it lies in.
import { schemaPathOf } from "../jobspec/schema/index.ts";
import type { Span } from "../hcl/source.ts";
import type { Attribute, Block, Body, Expression } from "../hcl/syntax.ts";
import { childrenOf } from "../jobspec/references.ts";

export interface SyntaxAt {
  /** From the outside in. */
  readonly blocks: readonly Block[];
  /** The innermost body that the offset lies in. */
  readonly body: Body;
  /** The argument of that body that the offset lies in. */
  readonly attribute: Attribute | undefined;
  /** The expressions of the argument that hold the offset, from the outside in. */
  readonly expressions: readonly Expression[];
}

/** Whether the offset lies in the span or touches its end, as a cursor does. */
export function touches(span: Span, offset: number): boolean {
  return offset >= span.start && offset <= span.end;
}

/** The syntax around an offset. A block's header counts as the block; its body is entered behind the brace. */
export function syntaxAt(file: Body, offset: number): SyntaxAt {
  const blocks: Block[] = [];
  let body = file;
  for (;;) {
    const block = body.blocks.find(({ span }) => touches(span, offset));
    if (block === undefined) break;
    blocks.push(block);
    if (offset < block.openBraceSpan.end || offset > block.body.span.end) break;
    body = block.body;
  }
  const attribute = body.attributes.find(({ span }) => touches(span, offset));
  const expressions: Expression[] = [];
  let next = attribute === undefined || !touches(attribute.expression.span, offset) ? undefined : attribute.expression;
  while (next !== undefined) {
    expressions.push(next);
    next = childrenOf(next).find(({ span }) => touches(span, offset));
  }
  return { blocks, body, attribute, expressions };
}

/** Block types from the outside in: the path that the schema is asked with. */
export function schemaPath(blocks: readonly Block[]): readonly string[] {
  return schemaPathOf(blocks);
}

/** The driver of the task that the blocks lead through, when it is written as plain text. */
export function driverOf(blocks: readonly Block[]): string | undefined {
  const task = blocks.find(({ type }) => type === "task");
  return task === undefined ? undefined : plainText(attributeOf(task.body, "driver")?.expression);
}

export function attributeOf(body: Body, name: string): Attribute | undefined {
  return body.attributes.find((attribute) => attribute.name === name);
}

/** The text of a string literal without placeholders. */
export function plainText(expression: Expression | undefined): string | undefined {
  if (expression?.kind !== "template") return undefined;
  const [only, more] = expression.parts;
  if (only === undefined) return "";
  return more === undefined && only.kind === "literal" ? only.value : undefined;
}
