// Blocks: header, braces, and what must follow them.
import { addBlock, finishBody, newItems } from "./bodyItems.ts";
import { parseBody, skipToBrace, recoverAfterLine } from "./bodyParser.ts";
import {
  enterLevel,
  isMissing,
  kindAt,
  peek,
  peekIndex,
  peekSpan,
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
import { addLabel, BlockNode, newHeader, type Header } from "./nodes.ts";
import { recoverAfterItem } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Block, Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/** The header of a block whose type is at `typeIndex`, as yet without labels. */
export function headerAt(cursor: Cursor, typeIndex: number): Header {
  const start = cursor.starts[typeIndex]!;
  const end = cursor.ends[typeIndex]!;
  return newHeader(cursor.source.text.slice(start, end), start, end);
}

/** Parses the block whose type was read last, at `typeIndex`. */
export function parseBlock(cursor: Cursor, typeIndex: number): void {
  const header = headerAt(cursor, typeIndex);
  const open = parseHeader(cursor, header);
  if (open !== undefined) {
    addBlock(cursor, parseBlockAfterBrace(cursor, header, open));
  } else if (cursor.mode === "recover" && braceAtLineEnd(cursor, cursor.next) !== undefined) {
    cursor.recovery = true;
    skipToBrace(cursor, header);
  } else {
    recoverAfterItem(cursor);
    const { start, typeEnd } = header;
    const body = finishBody(cursor, newItems(cursor), start, typeEnd);
    addBlock(cursor, new BlockNode(header, body, start, typeEnd, start, typeEnd));
  }
}

/** Parses the rest of a block; `open` is the index of its opening brace, which was read last. */
export function parseBlockAfterBrace(cursor: Cursor, header: Header, open: number): Block {
  const { starts, ends } = cursor;
  const body = enterLevel(cursor)
    ? parseBlockBody(cursor, header, open)
    : finishBody(cursor, newItems(cursor), starts[open]!, ends[open]!);
  cursor.depth--;
  const close = cursor.next - 1;
  // A brace that no header stands before was reported, or is what is left of a list; so is what follows its block.
  if (header.type === "") cursor.recovery = true;
  if (!readLineEnd(cursor)) refuseRestOfLine(cursor, header);
  return new BlockNode(header, body, starts[open]!, ends[open]!, starts[close]!, ends[close]!);
}

/** Parses labels up to the opening brace, and takes it; undefined when there is none, otherwise its index. */
function parseHeader(cursor: Cursor, header: Header): number | undefined {
  const { kinds } = cursor;
  for (;;) {
    let index = cursor.next;
    let kind = kinds[index] as TokenKind;
    if (kind <= TokenKind.lineComment) {
      index = peekIndex(cursor);
      kind = kindAt(cursor, index);
    }
    switch (kind) {
      case TokenKind.openBrace:
        cursor.next = index + 1;
        if (cursor.mode === "recover" && isMissing(cursor, index))
          reportMissingBrace(cursor, header, spanAt(cursor, index));
        return index;
      case TokenKind.openQuote: {
        const label = parseLabel(cursor);
        addLabel(header, label.value, label.span);
        break;
      }
      case TokenKind.identifier:
        cursor.next = index + 1;
        addLabel(header, textAt(cursor, index), spanAt(cursor, index));
        break;
      default: {
        const found = spanAt(cursor, index);
        // HCL keeps quiet in recovery, but not about the two mistakes that it recognises.
        if (!cursor.recovery || kind === TokenKind.assign || kind === TokenKind.newline)
          report(cursor, "Invalid block definition", headerDetail(kind), found, upTo(header, found));
        return undefined;
      }
    }
  }
}

/** From the type of a block to the end of something behind it. */
function upTo(header: Header, { end }: Span): Span {
  return { start: header.start, end };
}

function reportMissingBrace(cursor: Cursor, header: Header, place: Span): void {
  const subject = upTo(header, place);
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

function parseBlockBody(cursor: Cursor, header: Header, open: number): Body {
  const kind = cursor.kinds[cursor.next];
  switch (kind === TokenKind.newline ? kind : peek(cursor)) {
    case TokenKind.newline:
    case TokenKind.end:
    case TokenKind.closeBrace:
      return parseBody(cursor, open, TokenKind.closeBrace);
    default:
      return parseOneLineBody(cursor, header.start, open);
  }
}

function refuseRestOfLine(cursor: Cursor, header: Header): void {
  const found = peekSpan(cursor);
  reportFirst(
    cursor,
    "Missing newline after block definition",
    "A block ends with the line of its closing brace. Put what follows on a line of its own.",
    found,
    upTo(header, found),
  );
  recoverAfterLine(cursor);
}
