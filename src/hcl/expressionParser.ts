// Operators and terms: the grammar of expressions from `?:` down to literals.
import { parseCall } from "./callParser.ts";
import { parseObject, parseTuple } from "./collectionParser.ts";
import {
  between,
  enterLevel,
  failedSince,
  growHeight,
  peek,
  peekIndex,
  peekSpan,
  read,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { NumberNode } from "./nodes.ts";
import { isNumber } from "./numberText.ts";
import { parsePlainExpression } from "./plainExpression.ts";
import { listIsOver, recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";
import { parseTemplate } from "./templateParser.ts";
import { TokenKind } from "./tokens.ts";
import { parseSteps } from "./traversalParser.ts";

/** Parses one expression. There is always a result; after errors it may be a `missing` expression. */
export function parseExpression(cursor: Cursor): Expression {
  const plain = parsePlainExpression(cursor);
  if (plain !== undefined) return plain;
  const expression = enterLevel(cursor) ? parseConditional(cursor) : missingAt(peekSpan(cursor));
  cursor.depth--;
  return expression;
}

export function missingAt(span: Span): Expression {
  return { kind: "missing", span };
}

function parseConditional(cursor: Cursor): Expression {
  const before = cursor.diagnostics.length;
  const condition = parseBinary(cursor, 0);
  if (failedSince(cursor, before) || peek(cursor) !== TokenKind.question) return condition;
  const conditionHeight = cursor.height;
  read(cursor);
  const whenTrue = parseExpression(cursor);
  const trueHeight = cursor.height;
  if (failedSince(cursor, before)) return condition;
  if (peek(cursor) !== TokenKind.colon) {
    const found = peekSpan(cursor);
    report(
      cursor,
      "Missing false expression in conditional",
      'A condition needs both results: "CONDITION ? RESULT_IF_TRUE : RESULT_IF_FALSE". The colon is expected here.',
      found,
      between(condition.span, found),
    );
    return condition;
  }
  read(cursor);
  const whenFalse = parseExpression(cursor);
  if (failedSince(cursor, before)) return condition;
  growHeight(cursor, 1 + Math.max(conditionHeight, trueHeight, cursor.height));
  return { kind: "conditional", condition, whenTrue, whenFalse, span: between(condition.span, whenFalse.span) };
}

/** Strength of the binary operators; all of one strength group from the left. 0 = no binary operator. */
const strengths = new Uint8Array(64);
const operators: BinaryOperator[] = [];
for (const [kind, operator, strength] of [
  [TokenKind.or, "||", 1],
  [TokenKind.and, "&&", 2],
  [TokenKind.equal, "==", 3],
  [TokenKind.notEqual, "!=", 3],
  [TokenKind.less, "<", 4],
  [TokenKind.lessOrEqual, "<=", 4],
  [TokenKind.greater, ">", 4],
  [TokenKind.greaterOrEqual, ">=", 4],
  [TokenKind.plus, "+", 5],
  [TokenKind.minus, "-", 5],
  [TokenKind.star, "*", 6],
  [TokenKind.slash, "/", 6],
  [TokenKind.percent, "%", 6],
] as const) {
  strengths[kind] = strength;
  operators[kind] = operator;
}

/** Parses operands joined by operators that are stronger than `floor`. */
function parseBinary(cursor: Cursor, floor: number): Expression {
  const before = cursor.diagnostics.length;
  let left = parseOperand(cursor);
  for (;;) {
    if (failedSince(cursor, before)) return left;
    const kind = peek(cursor);
    const strength = strengths[kind]!;
    if (strength <= floor) return left;
    const leftHeight = cursor.height;
    read(cursor);
    const right = parseBinary(cursor, strength);
    if (failedSince(cursor, before)) return left;
    if (!growHeight(cursor, 1 + Math.max(leftHeight, cursor.height))) return left;
    left = { kind: "binary", operator: operators[kind]!, left, right, span: between(left.span, right.span) };
  }
}

/** A term with the `.name`, `[key]` and splat steps after it; what unary operators take. */
function parseOperand(cursor: Cursor): Expression {
  return parseSteps(cursor, parseTerm(cursor));
}

function parseTerm(cursor: Cursor): Expression {
  cursor.height = 0;
  const kind = peek(cursor);
  if (!cursor.newlines && listIsOver(cursor)) return reportMissing(cursor, kind);
  switch (kind) {
    case TokenKind.openParen:
      return parseParentheses(cursor);
    case TokenKind.number: {
      const index = read(cursor);
      return numberLiteral(cursor, index);
    }
    case TokenKind.identifier:
      return parseName(cursor);
    case TokenKind.openQuote:
    case TokenKind.openHeredoc:
      return parseTemplate(cursor);
    case TokenKind.minus:
    case TokenKind.bang:
      return parseUnary(cursor, kind === TokenKind.minus ? "-" : "!");
    case TokenKind.openBracket:
      return parseTuple(cursor);
    case TokenKind.openBrace:
      return parseObject(cursor);
    default:
      return reportMissing(cursor, kind);
  }
}

function reportMissing(cursor: Cursor, kind: TokenKind): Expression {
  const span = peekSpan(cursor);
  if (kind === TokenKind.end)
    reportFirst(cursor, "Missing expression", "The file ends where a value is expected. Write the value here.", span);
  else
    reportFirst(
      cursor,
      "Invalid expression",
      "A value is expected here: a string in double quotes, a number, true, false, null, a list in [ ], a map in { }, a reference, or a function call.",
      span,
    );
  cursor.recovery = true;
  return missingAt(span);
}

function parseParentheses(cursor: Cursor): Expression {
  const outer = cursor.newlines;
  cursor.newlines = false;
  const expression = parseParenthesesContent(cursor);
  cursor.newlines = outer;
  return expression;
}

function parseParenthesesContent(cursor: Cursor): Expression {
  const before = cursor.diagnostics.length;
  const open = spanAt(cursor, read(cursor));
  const expression = parseExpression(cursor);
  if (cursor.diagnostics.length > before) {
    recoverTo(cursor, TokenKind.closeParen);
    return expression;
  }
  if (peek(cursor) !== TokenKind.closeParen) {
    const found = peekSpan(cursor);
    report(
      cursor,
      "Unbalanced parentheses",
      'A closing parenthesis ")" is expected here, to end what the opening one began.',
      listIsOver(cursor) ? open : found,
      between(open, found),
    );
    cursor.recovery = true;
    if (cursor.mode === "recover") {
      const last = spanAt(cursor, recoverTo(cursor, TokenKind.closeParen));
      return { kind: "parentheses", expression, span: between(open, last) };
    }
  }
  const close = spanAt(cursor, read(cursor));
  cursor.height++;
  return { kind: "parentheses", expression, span: between(open, close) };
}

/** The number literal at a token. A malformed one is reported and becomes unknown. */
export function numberLiteral(cursor: Cursor, index: number): Expression {
  const text = textAt(cursor, index);
  if (isNumber(text)) return new NumberNode(text, cursor.starts[index]!);
  const span = spanAt(cursor, index);
  reportInvalidNumber(cursor, span);
  return missingAt(span);
}

export function reportInvalidNumber(cursor: Cursor, span: Span): void {
  report(
    cursor,
    "Invalid number literal",
    "This is not a number. Write digits with at most one decimal point and an exponent, such as 12, 0.5 or 1.5e3.",
    span,
  );
}

function parseName(cursor: Cursor): Expression {
  const index = read(cursor);
  const after = peek(cursor);
  if (after === TokenKind.openParen || after === TokenKind.doubleColon) return parseCall(cursor, index);
  const span = spanAt(cursor, index);
  const name = textAt(cursor, index);
  switch (name) {
    case "true":
      return { kind: "bool", value: true, span };
    case "false":
      return { kind: "bool", value: false, span };
    case "null":
      return { kind: "null", span };
    default:
      return { kind: "scope-traversal", root: name, rootSpan: span, steps: [], span };
  }
}

function parseUnary(cursor: Cursor, operator: "-" | "!"): Expression {
  const index = read(cursor);
  const operatorSpan = spanAt(cursor, index);
  // Not parseExpression: a unary operator takes less than a binary one.
  const operand = enterLevel(cursor) ? parseOperand(cursor) : missingAt(spanAt(cursor, peekIndex(cursor)));
  cursor.depth--;
  cursor.height++;
  return { kind: "unary", operator, operand, operatorSpan, span: between(operatorSpan, operand.span) };
}
