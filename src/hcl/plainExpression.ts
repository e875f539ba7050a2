// The expressions that most of a file consists of, read straight from the token table: a string, a number, a name, `a.b.c`,
// and strings with such names in `${…}`. Through the grammar the same would be twenty calls each, and a program that reads
// one file is too young for them to be compiled away. Whatever is not exactly such a form is left to the grammar.
import { NESTING_LIMIT, type Cursor } from "./cursor.ts";
import { isNumber } from "./numberText.ts";
import { NumberNode, PlainString } from "./nodes.ts";
import type { Expression, TemplatePart, TraversalStep } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/** What surely ends an expression: bit 1 always, bit 2 where newlines count. */
const enders = new Uint8Array(64);
for (const kind of [
  TokenKind.comma,
  TokenKind.closeBrace,
  TokenKind.closeBracket,
  TokenKind.closeParen,
  TokenKind.closeSequence,
])
  enders[kind] = 1;
enders[TokenKind.newline] = 2;

/** A template's own level and that of what is in it. */
const LEVELS = 3;

/** The expression that is next, with something after it that ends it; undefined, with nothing read, for anything else. */
export function parsePlainExpression(cursor: Cursor): Expression | undefined {
  const { kinds, next } = cursor;
  // In recover mode a name may begin the item after a list, and quotes may be missing.
  if (cursor.mode === "recover" || cursor.depth > NESTING_LIMIT - LEVELS) return undefined;
  cursor.height = 0;
  const expression = plainTerm(cursor, next);
  const ends = enders[kinds[cursor.next]!]!;
  if (expression !== undefined && (ends === 1 || (ends === 2 && cursor.newlines))) return expression;
  cursor.next = next;
  return undefined;
}

function plainTerm(cursor: Cursor, index: number): Expression | undefined {
  const { kinds, starts, ends, source } = cursor;
  switch (kinds[index]) {
    case TokenKind.openQuote: {
      if (kinds[index + 1] !== TokenKind.plainText || kinds[index + 2] !== TokenKind.closeQuote)
        return plainTemplate(cursor, index);
      cursor.next = index + 3;
      cursor.height = 1;
      return new PlainString(source.text.slice(starts[index + 1], ends[index + 1]), starts[index]!, ends[index + 2]!);
    }
    case TokenKind.number: {
      const text = source.text.slice(starts[index], ends[index]);
      cursor.next = index + 1;
      return isNumber(text) ? new NumberNode(text, starts[index]!) : undefined;
    }
    case TokenKind.identifier:
      return plainTraversal(cursor, index);
    default:
      return undefined;
  }
}

/** A name with attributes after it, or a word for a value; a call is not, which its parenthesis tells. */
function plainTraversal(cursor: Cursor, index: number): Expression | undefined {
  const { kinds, starts, ends, source } = cursor;
  const { text } = source;
  const start = starts[index]!;
  const rootSpan = { start, end: ends[index]! };
  const root = text.slice(start, rootSpan.end);
  let next = index + 1;
  const steps: TraversalStep[] = [];
  while (kinds[next] === TokenKind.dot && kinds[next + 1] === TokenKind.identifier) {
    const nameStart = starts[next + 1]!;
    const end = ends[next + 1]!;
    steps.push({ kind: "attribute", name: text.slice(nameStart, end), span: { start: starts[next]!, end } });
    next += 2;
  }
  cursor.next = next;
  const hasSteps = next > index + 1;
  if (root === "true" || root === "false" || root === "null") {
    if (hasSteps) return undefined;
    return root === "null"
      ? { kind: "null", span: rootSpan }
      : { kind: "bool", value: root === "true", span: rootSpan };
  }
  const span = hasSteps ? { start, end: ends[next - 1]! } : rootSpan;
  return { kind: "scope-traversal", root, rootSpan, steps, span };
}

/** A quoted string of plain text and names in `${…}`. */
function plainTemplate(cursor: Cursor, open: number): Expression | undefined {
  const { kinds, starts, ends, source } = cursor;
  const parts: TemplatePart[] = [];
  let index = open + 1;
  while (kinds[index] !== TokenKind.closeQuote) {
    const start = starts[index]!;
    if (kinds[index] === TokenKind.plainText) {
      const end = ends[index++]!;
      parts.push({ kind: "literal", value: source.text.slice(start, end), span: { start, end } });
      continue;
    }
    // `${~` and `~}` take the spaces around them.
    if (kinds[index] !== TokenKind.openInterpolation || ends[index]! - start !== 2) return undefined;
    if (kinds[index + 1] !== TokenKind.identifier) return undefined;
    const expression = plainTraversal(cursor, index + 1);
    index = cursor.next;
    const isClosed = kinds[index] === TokenKind.closeSequence && ends[index]! - starts[index]! === 1;
    if (expression === undefined || !isClosed) return undefined;
    parts.push({ kind: "interpolation", expression, span: { start, end: ends[index++]! } });
  }
  const only = parts[0];
  if (only === undefined) return undefined;
  cursor.next = index + 1;
  cursor.height = 1;
  const span = { start: starts[open]!, end: ends[index]! };
  if (parts.length === 1 && only.kind === "interpolation")
    return { kind: "template-wrap", wrapped: only.expression, span };
  return { kind: "template", parts, plain: undefined, form: "quoted", span };
}
