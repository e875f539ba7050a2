// Bodies: the arguments and blocks that a file and every block consist of.
import {
  between,
  enterLevel,
  failedSince,
  isMissing,
  kindAt,
  peek,
  peekIndex,
  peekSpan,
  previousSpan,
  read,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression } from "./expressionParser.ts";
import { beginsItem, braceAtLineEnd, isFirstOnLine, isHeaderLine } from "./itemLines.ts";
import { parseLabel } from "./labelParser.ts";
import { recoverAfterItem, recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Attribute, Block, Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/** Collects the items of a body and refuses the second argument of a name. */
interface Items {
  readonly attributes: Attribute[];
  readonly blocks: Block[];
  readonly names: Set<string>;
}

function newItems(): Items {
  return { attributes: [], blocks: [], names: new Set() };
}

function finishBody(items: Items, span: Span): Body {
  const endSpan = { start: span.end, end: span.end };
  return { attributes: items.attributes, blocks: items.blocks, span, endSpan };
}

/** Parses items up to `closer` (a block's brace, or the end of the file), and takes it. */
export function parseBody(cursor: Cursor, closer: BodyCloser): Body {
  const start = previousSpan(cursor);
  return parseItems(cursor, newItems(), start, closer);
}

function parseItems(cursor: Cursor, items: Items, start: Span, closer: BodyCloser): Body {
  for (;;) {
    const kind = peek(cursor);
    if (kind === closer) {
      const index = read(cursor);
      if (isMissing(cursor, index)) reportUnclosedBlock(cursor, start);
      return finishBody(items, between(start, spanAt(cursor, index)));
    }
    if (kind === TokenKind.newline) {
      read(cursor);
    } else if (kind === TokenKind.identifier) {
      parseItem(cursor, items);
    } else if (cursor.mode === "strict" || kind === TokenKind.end) {
      return abandonBody(cursor, items, start, closer);
    } else {
      skipLine(cursor, items);
    }
  }
}

function reportUnclosedBlock(cursor: Cursor, open: Span): void {
  // Of the blocks that a half-written file leaves open, one is worth a message.
  if (!cursor.unclosedReported)
    reportFirst(
      cursor,
      "Unclosed configuration block",
      'The closing brace "}" of this block is missing. Close it, or check the braces of the blocks in it.',
      open,
    );
  cursor.unclosedReported = true;
  cursor.recovery = true;
}

/** After something that begins no item, HCL gives up the rest of the body. */
function abandonBody(cursor: Cursor, items: Items, start: Span, closer: TokenKind): Body {
  const index = read(cursor);
  if (kindAt(cursor, index) === TokenKind.end) reportUnclosedBlock(cursor, start);
  else reportNoItem(cursor, index);
  const end = previousSpan(cursor);
  recoverTo(cursor, closer);
  return finishBody(items, between(start, end));
}

function reportNoItem(cursor: Cursor, index: number): void {
  const found = spanAt(cursor, index);
  if (kindAt(cursor, index) === TokenKind.openQuote)
    reportFirst(cursor, "Invalid argument name", "Names of arguments are written without quotes.", found);
  else
    reportFirst(
      cursor,
      "Argument or block definition required",
      "An argument (name = value) or a block (name { … }) is expected here.",
      found,
    );
}

/** In recover mode: leaves a line out that begins no item; the block that it may open is kept without a type. */
function skipLine(cursor: Cursor, items: Items): void {
  const index = peekIndex(cursor);
  if (!endsLostList(cursor, kindAt(cursor, index))) reportNoItem(cursor, index);
  cursor.recovery = true;
  // What ends a block ends nothing at the top of a file.
  if (kindAt(cursor, index) === TokenKind.closeBrace) read(cursor);
  else skipToBrace(cursor, items, { type: "", labels: [], typeSpan: spanAt(cursor, index), labelSpans: [] });
}

/** Whether a line begins with what is left of a list that was taken to be over before it. */
function endsLostList(cursor: Cursor, kind: TokenKind): boolean {
  const closes = kind === TokenKind.closeParen || kind === TokenKind.closeBracket || kind === TokenKind.closeBrace;
  return cursor.listLost && closes;
}

/** In recover mode: goes on after a bad header: with the body of its block, or with the next line. */
function skipToBrace(cursor: Cursor, items: Items, header: Header): void {
  const brace = braceAtLineEnd(cursor, cursor.next);
  if (brace === undefined) {
    recoverAfterItem(cursor);
    return;
  }
  cursor.next = brace + 1;
  items.blocks.push(parseBlockAfterBrace(cursor, header, spanAt(cursor, brace)));
}

function parseItem(cursor: Cursor, items: Items): void {
  const nameIndex = read(cursor);
  const name = spanAt(cursor, nameIndex);
  if (cursor.mode === "recover") forgetErrors(cursor, nameIndex);
  switch (peek(cursor)) {
    case TokenKind.assign:
      addAttribute(cursor, items, parseAttribute(cursor, nameIndex));
      break;
    case TokenKind.openQuote:
    case TokenKind.openBrace:
    case TokenKind.identifier:
      parseBlock(cursor, items, nameIndex);
      break;
    default:
      refuseLoneName(cursor, items, name);
  }
}

/** A line that is clearly an item has nothing to do with the errors before it. */
function forgetErrors(cursor: Cursor, nameIndex: number): void {
  const known = beginsItem(cursor, nameIndex) || isHeaderLine(cursor, nameIndex);
  if (known && isFirstOnLine(cursor, nameIndex)) cursor.recovery = false;
}

function refuseLoneName(cursor: Cursor, items: Items, name: Span): void {
  report(
    cursor,
    "Argument or block definition required",
    'A name alone says nothing. Write an equals sign "=" and a value for an argument, or "{" for a block.',
    name,
  );
  if (cursor.mode === "strict") recoverAfterItem(cursor);
  else skipToBrace(cursor, items, { type: cursor.source.slice(name), labels: [], typeSpan: name, labelSpans: [] });
}

function addAttribute(cursor: Cursor, items: Items, attribute: Attribute): void {
  if (items.names.has(attribute.name)) {
    report(
      cursor,
      "Attribute redefined",
      `The argument "${attribute.name}" is already set in this block. Each argument may be set once.`,
      attribute.nameSpan,
    );
    return;
  }
  items.names.add(attribute.name);
  items.attributes.push(attribute);
}

/** Parses `= value` and the newline after it. */
function parseAttribute(cursor: Cursor, nameIndex: number): Attribute {
  const nameSpan = spanAt(cursor, nameIndex);
  const equalsSpan = spanAt(cursor, read(cursor));
  const before = cursor.diagnostics.length;
  const expression = parseExpression(cursor);
  const span = between(nameSpan, previousSpan(cursor));
  if (failedSince(cursor, before)) recoverAfterItem(cursor);
  else endAttribute(cursor, nameSpan);
  return { name: textAt(cursor, nameIndex), expression, span, nameSpan, equalsSpan };
}

function endAttribute(cursor: Cursor, nameSpan: Span): void {
  const kind = peek(cursor);
  if (kind === TokenKind.newline || kind === TokenKind.end) {
    read(cursor);
    return;
  }
  const found = peekSpan(cursor);
  if (kind === TokenKind.comma)
    reportFirst(
      cursor,
      "Unexpected comma after argument",
      "Arguments are separated by newlines. Remove the comma.",
      found,
      between(nameSpan, found),
    );
  else
    reportFirst(
      cursor,
      "Missing newline after argument",
      "An argument ends with its line. Put what follows on a line of its own.",
      found,
      between(nameSpan, found),
    );
  recoverAfterLine(cursor);
}

/** After an argument or block that something follows on its line: in recover mode that may be the next item. */
function recoverAfterLine(cursor: Cursor): void {
  const index = peekIndex(cursor);
  const keeps = kindAt(cursor, index) === TokenKind.closeBrace || beginsItem(cursor, index);
  if (cursor.mode === "strict" || !keeps) recoverAfterItem(cursor);
  else cursor.recovery = true;
}

type BodyCloser = typeof TokenKind.closeBrace | typeof TokenKind.end;

interface Header {
  readonly type: string;
  readonly labels: string[];
  readonly typeSpan: Span;
  readonly labelSpans: Span[];
}

function parseBlock(cursor: Cursor, items: Items, nameIndex: number): void {
  const typeSpan = spanAt(cursor, nameIndex);
  const header: Header = { type: textAt(cursor, nameIndex), labels: [], typeSpan, labelSpans: [] };
  const open = parseHeader(cursor, header);
  if (open !== undefined) {
    items.blocks.push(parseBlockAfterBrace(cursor, header, open));
  } else if (cursor.mode === "recover" && braceAtLineEnd(cursor, cursor.next) !== undefined) {
    cursor.recovery = true;
    skipToBrace(cursor, items, header);
  } else {
    recoverAfterItem(cursor);
    items.blocks.push(makeBlock(header, finishBody(newItems(), typeSpan), typeSpan, typeSpan));
  }
}

function parseBlockAfterBrace(cursor: Cursor, header: Header, open: Span): Block {
  const body = enterLevel(cursor) ? parseBlockBody(cursor, header.typeSpan, open) : finishBody(newItems(), open);
  cursor.depth--;
  const close = previousSpan(cursor);
  endBlock(cursor, header.typeSpan);
  return makeBlock(header, body, open, close);
}

function makeBlock(header: Header, body: Body, openBraceSpan: Span, closeBraceSpan: Span): Block {
  const { type, labels, typeSpan, labelSpans } = header;
  return {
    type,
    labels,
    body,
    typeSpan,
    labelSpans,
    openBraceSpan,
    closeBraceSpan,
    defSpan: between(typeSpan, labelSpans.at(-1) ?? typeSpan),
    span: between(typeSpan, closeBraceSpan),
  };
}

/** Parses labels up to the opening brace, and takes it; undefined when there is none. */
function parseHeader(cursor: Cursor, header: Header): Span | undefined {
  for (;;) {
    const kind = peek(cursor);
    switch (kind) {
      case TokenKind.openBrace: {
        const index = read(cursor);
        if (isMissing(cursor, index)) reportMissingBrace(cursor, header, spanAt(cursor, index));
        return spanAt(cursor, index);
      }
      case TokenKind.openQuote: {
        const label = parseLabel(cursor);
        header.labels.push(label.value);
        header.labelSpans.push(label.span);
        break;
      }
      case TokenKind.identifier: {
        const index = read(cursor);
        header.labels.push(textAt(cursor, index));
        header.labelSpans.push(spanAt(cursor, index));
        break;
      }
      default: {
        const found = peekSpan(cursor);
        // HCL keeps quiet in recovery, but not about the two mistakes that it recognises.
        if (!cursor.recovery || kind === TokenKind.assign || kind === TokenKind.newline)
          report(cursor, "Invalid block definition", headerDetail(kind), found, between(header.typeSpan, found));
        return undefined;
      }
    }
  }
}

function reportMissingBrace(cursor: Cursor, header: Header, place: Span): void {
  const subject = between(header.typeSpan, place);
  reportFirst(cursor, "Invalid block definition", headerDetail(TokenKind.newline), subject);
  cursor.recovery = true;
}

function headerDetail(kind: TokenKind): string {
  switch (kind) {
    case TokenKind.assign:
      return 'An equals sign belongs to an argument, which has no labels. For a block, write "{" here.';
    case TokenKind.newline:
      return 'The opening brace "{" of a block stands on the same line as its name and labels.';
    default:
      return 'A label in double quotes or the opening brace "{" of the block is expected here.';
  }
}

function parseBlockBody(cursor: Cursor, typeSpan: Span, open: Span): Body {
  switch (peek(cursor)) {
    case TokenKind.newline:
    case TokenKind.end:
    case TokenKind.closeBrace:
      return parseBody(cursor, TokenKind.closeBrace);
    default:
      return parseOneLineBody(cursor, typeSpan, open);
  }
}

const SINGLE = "Invalid single-argument block definition";

/** `{ name = value }` on one line. */
function parseOneLineBody(cursor: Cursor, typeSpan: Span, open: Span): Body {
  const items = newItems();
  // HCL reports what is wrong around the argument before what is wrong in it.
  const before = cursor.diagnostics.length;
  parseOneLineItem(cursor, items);
  const inside = cursor.diagnostics.splice(before);
  const kind = peek(cursor);
  if (kind === TokenKind.closeBrace) {
    read(cursor);
  } else {
    reportOneLineEnd(cursor, kind, typeSpan, open);
    if (cursor.mode === "recover") {
      // What was meant is a block of several lines, or several arguments on one.
      cursor.recovery = true;
      if (kind === TokenKind.comma) read(cursor);
      return parseItems(cursor, items, open, TokenKind.closeBrace);
    }
    recoverTo(cursor, TokenKind.closeBrace);
  }
  cursor.diagnostics.push(...inside);
  return finishBody(items, items.attributes[0]?.span ?? between(open, previousSpan(cursor)));
}

function parseOneLineItem(cursor: Cursor, items: Items): void {
  const nameIndex = read(cursor);
  const nameSpan = spanAt(cursor, nameIndex);
  const kind = peek(cursor);
  if (kindAt(cursor, nameIndex) !== TokenKind.identifier) {
    report(
      cursor,
      "Argument or block definition required",
      "Between the braces of a block on one line an argument (name = value) is expected.",
      nameSpan,
    );
    recoverAfterItem(cursor);
  } else if (kind === TokenKind.assign) {
    parseOneLineArgument(cursor, items, nameIndex);
  } else if (kind === TokenKind.openQuote || kind === TokenKind.openBrace || kind === TokenKind.identifier) {
    report(
      cursor,
      "Argument definition required",
      "A block on one line may hold one argument (name = value). Put nested blocks on lines of their own.",
      between(nameSpan, peekSpan(cursor)),
    );
    if (cursor.mode === "strict") recoverAfterItem(cursor);
    else parseBlock(cursor, items, nameIndex);
  } else {
    refuseLoneName(cursor, items, nameSpan);
  }
}

function parseOneLineArgument(cursor: Cursor, items: Items, nameIndex: number): void {
  const nameSpan = spanAt(cursor, nameIndex);
  const equalsSpan = spanAt(cursor, read(cursor));
  const before = cursor.diagnostics.length;
  const expression = parseExpression(cursor);
  const span = between(nameSpan, previousSpan(cursor));
  if (failedSince(cursor, before)) recoverAfterItem(cursor);
  addAttribute(cursor, items, { name: textAt(cursor, nameIndex), expression, span, nameSpan, equalsSpan });
}

function reportOneLineEnd(cursor: Cursor, kind: TokenKind, typeSpan: Span, open: Span): void {
  const found = peekSpan(cursor);
  switch (kind) {
    case TokenKind.comma:
      report(
        cursor,
        SINGLE,
        "A block on one line may hold one argument. Put each argument on a line of its own, without commas.",
        found,
      );
      break;
    case TokenKind.newline:
      report(
        cursor,
        SINGLE,
        "A block whose first argument stands on the line of its brace must end on that line. Begin the argument on a new line.",
        found,
      );
      break;
    case TokenKind.end:
      reportFirst(
        cursor,
        "Unclosed configuration block",
        'The file ends before the closing brace "}" of this block. Close it.',
        open,
        between(typeSpan, open),
      );
      break;
    default:
      reportFirst(
        cursor,
        SINGLE,
        'After the one argument of a block on one line its closing brace "}" is expected.',
        found,
      );
  }
}

function endBlock(cursor: Cursor, typeSpan: Span): void {
  const kind = peek(cursor);
  if (kind === TokenKind.newline || kind === TokenKind.end) {
    read(cursor);
    return;
  }
  const found = peekSpan(cursor);
  reportFirst(
    cursor,
    "Missing newline after block definition",
    "A block ends with the line of its closing brace. Put what follows on a line of its own.",
    found,
    between(typeSpan, found),
  );
  recoverAfterLine(cursor);
}
