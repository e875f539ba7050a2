// Function calls: `name(a, b, c...)`, with namespaced names such as `a::b(…)`.
import {
  between,
  failedSince,
  kindAt,
  peek,
  peekSpan,
  read,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { missingAt, parseExpression } from "./expressionParser.ts";
import { listIsOver, recoverList, recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/** Parses the call whose first name was just read at `nameIndex`; the next token is `(` or `::`. */
export function parseCall(cursor: Cursor, nameIndex: number): Expression {
  let name = textAt(cursor, nameIndex);
  let nameSpan = spanAt(cursor, nameIndex);
  let open = read(cursor);
  while (kindAt(cursor, open) === TokenKind.doubleColon) {
    const next = read(cursor);
    if (kindAt(cursor, next) !== TokenKind.identifier) {
      const found = spanAt(cursor, next);
      report(
        cursor,
        "Missing function name",
        'After "::" the name of a function in that namespace is expected.',
        found,
        between(nameSpan, found),
      );
      recoverTo(cursor, TokenKind.openParen);
      return missingAt(between(nameSpan, found));
    }
    name += `::${textAt(cursor, next)}`;
    nameSpan = between(nameSpan, spanAt(cursor, next));
    open = read(cursor);
  }
  if (kindAt(cursor, open) !== TokenKind.openParen) {
    const found = spanAt(cursor, open);
    report(
      cursor,
      "Missing open parenthesis",
      'A name with "::" is the name of a function: write its arguments in parentheses after it.',
      found,
      between(nameSpan, found),
    );
    recoverTo(cursor, TokenKind.openParen);
    return missingAt(between(nameSpan, found));
  }
  const outer = cursor.newlines;
  cursor.newlines = false;
  const call = parseArguments(cursor, name, nameSpan, spanAt(cursor, open));
  cursor.newlines = outer;
  return call;
}

function parseArguments(cursor: Cursor, name: string, nameSpan: Span, openParenSpan: Span): Expression {
  const given: Expression[] = [];
  let expandFinal = false;
  let close: number | undefined;
  let height = 0;
  while (close === undefined) {
    if (peek(cursor) === TokenKind.closeParen) {
      close = read(cursor);
      break;
    }
    if (listIsOver(cursor)) {
      reportSeparator(cursor, TokenKind.end, peekSpan(cursor), between(nameSpan, openParenSpan));
      close = recoverList(cursor, TokenKind.closeParen, cursor.next);
      continue;
    }
    const before = cursor.diagnostics.length;
    const start = cursor.next;
    given.push(parseExpression(cursor));
    height = Math.max(height, cursor.height);
    if (failedSince(cursor, before)) {
      close = recoverList(cursor, TokenKind.closeParen, start);
      continue;
    }
    const kind = peek(cursor);
    if (kind === TokenKind.comma) {
      read(cursor);
    } else if (kind === TokenKind.ellipsis) {
      const ellipsis = spanAt(cursor, read(cursor));
      expandFinal = true;
      if (peek(cursor) !== TokenKind.closeParen) {
        reportFirst(
          cursor,
          "Missing closing parenthesis",
          'The argument that "..." expands must be the last one: a closing parenthesis ")" is expected after it.',
          ellipsis,
          between(nameSpan, peekSpan(cursor)),
        );
        close = recoverList(cursor, TokenKind.closeParen, start);
      }
    } else if (kind !== TokenKind.closeParen) {
      reportSeparator(cursor, kind, peekSpan(cursor), between(nameSpan, openParenSpan));
      if (cursor.mode === "strict") read(cursor);
      close = recoverList(cursor, TokenKind.closeParen, start);
    }
  }
  cursor.height = height + 1;
  const closeParenSpan = spanAt(cursor, close);
  return {
    kind: "call",
    name,
    arguments: given,
    expandFinal,
    nameSpan,
    openParenSpan,
    closeParenSpan,
    span: between(nameSpan, closeParenSpan),
  };
}

function reportSeparator(cursor: Cursor, kind: TokenKind, found: Span, head: Span): void {
  if (kind === TokenKind.end || listIsOver(cursor))
    report(
      cursor,
      "Unterminated function call",
      'The closing parenthesis ")" of this call is missing. Close it, or check the parentheses of its arguments.',
      head,
    );
  else
    report(
      cursor,
      "Missing argument separator",
      "Arguments of a function are separated by commas: one is expected here.",
      found,
      between(head, found),
    );
}
