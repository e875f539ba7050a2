// Blocks: header, braces, and what must follow them.
import { addBlock, finishBody, newItems, type Items } from "./bodyItems.ts";
import { parseBody, skipToBrace, recoverAfterLine } from "./bodyParser.ts";
import {
  between,
  enterLevel,
  isMissing,
  peek,
  peekSpan,
  previousSpan,
  read,
  readLineEnd,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { braceAtLineEnd } from "./itemLines.ts";
import { parseLabel } from "./labelParser.ts";
import { parseOneLineBody } from "./oneLineBlock.ts";
import { recoverAfterItem } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Block, Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

export interface Header {
  readonly type: string;
  readonly typeSpan: Span;
  /** Absent as long as there are none, which most blocks keep to. */
  labels: string[] | undefined;
  labelSpans: Span[] | undefined;
}

export function newHeader(type: string, typeSpan: Span): Header {
  return { type, typeSpan, labels: undefined, labelSpans: undefined };
}

const NO_LABELS: readonly string[] = [];
const NO_SPANS: readonly Span[] = [];

function addLabel(header: Header, label: string, span: Span): void {
  if (header.labels === undefined || header.labelSpans === undefined) {
    header.labels = [label];
    header.labelSpans = [span];
  } else {
    header.labels.push(label);
    header.labelSpans.push(span);
  }
}

export function parseBlock(cursor: Cursor, items: Items, nameIndex: number): void {
  const typeSpan = spanAt(cursor, nameIndex);
  const header = newHeader(textAt(cursor, nameIndex), typeSpan);
  const open = parseHeader(cursor, header);
  if (open !== undefined) {
    addBlock(items, parseBlockAfterBrace(cursor, header, open));
  } else if (cursor.mode === "recover" && braceAtLineEnd(cursor, cursor.next) !== undefined) {
    cursor.recovery = true;
    skipToBrace(cursor, items, header);
  } else {
    recoverAfterItem(cursor);
    addBlock(items, makeBlock(header, finishBody(newItems(), typeSpan), typeSpan, typeSpan));
  }
}

export function parseBlockAfterBrace(cursor: Cursor, header: Header, open: Span): Block {
  const body = enterLevel(cursor) ? parseBlockBody(cursor, header.typeSpan, open) : finishBody(newItems(), open);
  cursor.depth--;
  const close = previousSpan(cursor);
  // A brace that no header stands before was reported, or is what is left of a list; so is what follows its block.
  if (header.type === "") cursor.recovery = true;
  endBlock(cursor, header.typeSpan);
  return makeBlock(header, body, open, close);
}

function makeBlock(header: Header, body: Body, openBraceSpan: Span, closeBraceSpan: Span): Block {
  const { type, labels = NO_LABELS, typeSpan, labelSpans = NO_SPANS } = header;
  return {
    type,
    labels,
    body,
    typeSpan,
    labelSpans,
    openBraceSpan,
    closeBraceSpan,
    defSpan: labelSpans.length === 0 ? typeSpan : between(typeSpan, labelSpans.at(-1)!),
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
        addLabel(header, label.value, label.span);
        break;
      }
      case TokenKind.identifier: {
        const index = read(cursor);
        addLabel(header, textAt(cursor, index), spanAt(cursor, index));
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

function endBlock(cursor: Cursor, typeSpan: Span): void {
  if (readLineEnd(cursor)) return;
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
