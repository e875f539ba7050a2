// Scans code: the file itself, and what stands inside `${…}` and `%{…}`.
import { asciiClass, CONTINUES_NAME, identifierEnd, IS_PLAIN, isDigit } from "./characters.ts";
import { endInterpolationAtLine } from "./missingClosers.ts";
import { emit, enter, leave, newlineLength, scanUnknown, type Scanner } from "./scannerState.ts";
import { findHeredocEnd, hasMarkerLine } from "./heredocEnd.ts";
import { noteBrace, type ScanRecovery } from "./scanRecovery.ts";
import { quotedTextEnd } from "./textScanner.ts";
import { TokenKind } from "./tokens.ts";

/** Kinds of the tokens that nearly all of a text consists of, by their first character; `end` for all others. */
const commonKinds = new Uint8Array(128)
  .fill(TokenKind.identifier, 0x41, 0x5b)
  .fill(TokenKind.identifier, 0x61, 0x7b)
  .fill(TokenKind.number, 0x30, 0x3a);
commonKinds[0x5f] = TokenKind.identifier;
commonKinds[0x0a] = TokenKind.newline;
commonKinds[0x22] = TokenKind.openQuote;
commonKinds[0x7b] = TokenKind.openBrace;
commonKinds[0x7d] = TokenKind.closeBrace;
commonKinds[0x5b] = TokenKind.openBracket;
commonKinds[0x5d] = TokenKind.closeBracket;
commonKinds[0x28] = TokenKind.openParen;
commonKinds[0x29] = TokenKind.closeParen;
commonKinds[0x2c] = TokenKind.comma;
commonKinds[0x2e] = TokenKind.dot;
commonKinds[0x3d] = TokenKind.assign;

/** The most tokens that one step of `scanCode` adds; it ends where the table has no room for them. */
export const MOST_TOKENS_A_STEP = 3;

/** Scans code until the level changes, the table is full, or the text ends. Common tokens are read right here. */
export function scanCode(scanner: Scanner): void {
  const { text, codes, tokens, level, recovery } = scanner;
  const { kinds, starts, ends } = tokens;
  const full = kinds.length - MOST_TOKENS_A_STEP;
  let row = tokens.count;
  let at = scanner.at;
  while (at < codes.length && row < full) {
    const code = codes[at]!;
    if (code === 0x20 || code === 0x09) {
      do at++;
      while (codes[at] === 0x20);
      continue;
    }
    let kind = code < 128 ? commonKinds[code]! : TokenKind.end;
    let end = at + 1;
    switch (kind) {
      case TokenKind.identifier:
        while ((asciiClass[codes[end]!]! & CONTINUES_NAME) !== 0) end++;
        if (codes[end]! >= 128) end = identifierEnd(text, at);
        break;
      case TokenKind.number:
        end = numberEnd(text, at);
        break;
      case TokenKind.newline:
        if (recovery !== undefined) kind = TokenKind.end;
        break;
      case TokenKind.openQuote: {
        let close = end;
        let inside: TokenKind = TokenKind.plainText;
        while ((asciiClass[codes[close]!]! & IS_PLAIN) !== 0) close++;
        if (codes[close] !== 0x22) {
          close = quotedTextEnd(text, close);
          inside = TokenKind.quotedText;
          if (codes[close] !== 0x22) {
            kind = TokenKind.end;
            break;
          }
        }
        kinds[row] = kind;
        starts[row] = at;
        ends[row++] = end;
        if (close > end) {
          kinds[row] = inside;
          starts[row] = end;
          ends[row++] = close;
        }
        kind = TokenKind.closeQuote;
        at = close;
        end = close + 1;
        break;
      }
      case TokenKind.openBrace:
        if (recovery === undefined) level.braces++;
        else kind = TokenKind.end;
        break;
      case TokenKind.closeBrace:
        if (recovery === undefined && level.braces > 0) level.braces--;
        else kind = TokenKind.end;
        break;
      case TokenKind.dot:
        if (codes[end] === 0x2e) kind = TokenKind.end;
        break;
      case TokenKind.assign: {
        const next = codes[end];
        if (next === 0x3d || next === 0x3e) kind = TokenKind.end;
        break;
      }
      default:
    }
    if (kind === TokenKind.end) {
      tokens.count = row;
      scanner.at = at;
      scanOther(scanner, at, code);
      return;
    }
    kinds[row] = kind;
    starts[row] = at;
    ends[row++] = end;
    at = end;
  }
  tokens.count = row;
  scanner.at = at;
}

/** One token or sequence of tokens that is not among the common ones, or not so here. */
function scanOther(scanner: Scanner, at: number, code: number): void {
  const { text } = scanner;
  if (code === 0x0a) {
    scanNewline(scanner, at, 1);
  } else if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) {
    scanNewline(scanner, at, 2);
  } else {
    const nameEnd = identifierEnd(text, at);
    if (nameEnd > at) emit(scanner, TokenKind.identifier, nameEnd - at);
    else scanSymbol(scanner, at, code);
  }
}

function scanNewline(scanner: Scanner, at: number, length: number): void {
  scanner.tokens.add(TokenKind.newline, at, at + length);
  scanner.at = at + length;
  if (scanner.recovery !== undefined && scanner.levels.length > 1) endInterpolationAtLine(scanner);
}

/**
 * A number's digits, dots and exponents; it never ends with a dot. `1.2.3` and `1..2` are one (wrong) number, as HCL
 * has it, and `5m` is a number and a name.
 */
function numberEnd(text: string, start: number): number {
  let at = start + 1;
  let end = at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      end = ++at;
    } else if (code === 0x2e) {
      at++;
    } else if (code === 0x65 || code === 0x45) {
      const sign = text.charCodeAt(at + 1);
      const digit = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
      if (!isDigit(text.charCodeAt(digit))) return end;
      end = at = digit + 1;
    } else {
      return end;
    }
  }
}

function scanSymbol(scanner: Scanner, at: number, code: number): void {
  const { text, level } = scanner;
  const next = text.charCodeAt(at + 1);
  switch (code) {
    case 0x22:
      emit(scanner, TokenKind.openQuote, 1);
      enter(scanner, "quotes");
      return;
    case 0x7b:
      level.braces++;
      if (scanner.recovery !== undefined) noteBrace(scanner.recovery, text, at);
      emit(scanner, TokenKind.openBrace, 1);
      return;
    case 0x7d:
      closeBrace(scanner);
      return;
    case 0x7e:
      if (next === 0x7d) closeBraceTrimming(scanner);
      else emit(scanner, TokenKind.bitNot, 1);
      return;
    case 0x23:
      scanLineComment(scanner);
      return;
    case 0x2f:
      if (next === 0x2f) scanLineComment(scanner);
      else if (next === 0x2a) scanBlockComment(scanner);
      else emit(scanner, TokenKind.slash, 1);
      return;
    case 0x3c:
      if (next === 0x3c && scanHeredocOpening(scanner)) return;
      if (scanner.recovery !== undefined && scanDamagedOpening(scanner, scanner.recovery)) return;
      scanOperator(scanner, code, next);
      return;
    default:
      scanOperator(scanner, code, next);
  }
}

function scanOperator(scanner: Scanner, code: number, next: number): void {
  if (code === 0x2e && next === 0x2e && scanner.text.charCodeAt(scanner.at + 2) === 0x2e) {
    emit(scanner, TokenKind.ellipsis, 3);
  } else if (code === 0x3d && next === 0x3e) {
    emit(scanner, TokenKind.fatArrow, 2);
  } else {
    const pair = pairKind(code, next);
    const single = pair === TokenKind.end ? singleKind(code) : pair;
    if (single === TokenKind.end) scanUnknown(scanner);
    else emit(scanner, single, pair === TokenKind.end ? 1 : 2);
  }
}

/** The kind of a token of two characters; `end` for what is none. */
function pairKind(code: number, next: number): TokenKind {
  if (next === 0x3d) {
    switch (code) {
      case 0x3d: // ==
        return TokenKind.equal;
      case 0x21: // !=
        return TokenKind.notEqual;
      case 0x3c: // <=
        return TokenKind.lessOrEqual;
      case 0x3e: // >=
        return TokenKind.greaterOrEqual;
      default:
        return TokenKind.end;
    }
  }
  if (code !== next) return TokenKind.end;
  switch (code) {
    case 0x26: // &&
      return TokenKind.and;
    case 0x7c: // ||
      return TokenKind.or;
    case 0x3a: // ::
      return TokenKind.doubleColon;
    default:
      return TokenKind.end;
  }
}

/** The kind of a token of one character; `end` for what is none. */
function singleKind(code: number): TokenKind {
  switch (String.fromCharCode(code)) {
    case "(":
      return TokenKind.openParen;
    case ")":
      return TokenKind.closeParen;
    case "[":
      return TokenKind.openBracket;
    case "]":
      return TokenKind.closeBracket;
    case ".":
      return TokenKind.dot;
    case ",":
      return TokenKind.comma;
    case "?":
      return TokenKind.question;
    case ":":
      return TokenKind.colon;
    case "=":
      return TokenKind.assign;
    case "<":
      return TokenKind.less;
    case ">":
      return TokenKind.greater;
    case "+":
      return TokenKind.plus;
    case "-":
      return TokenKind.minus;
    case "*":
      return TokenKind.star;
    case "%":
      return TokenKind.percent;
    case "!":
      return TokenKind.bang;
    case "&":
      return TokenKind.bitAnd;
    case "|":
      return TokenKind.bitOr;
    case "^":
      return TokenKind.bitXor;
    case ";":
      return TokenKind.semicolon;
    case "'":
      return TokenKind.apostrophe;
    case "`":
      return TokenKind.backtick;
    default:
      return TokenKind.end;
  }
}

function closeBrace(scanner: Scanner): void {
  const { level } = scanner;
  if (level.braces === 0 && scanner.levels.length > 1) {
    emit(scanner, TokenKind.closeSequence, 1);
    leave(scanner);
    return;
  }
  level.braces--;
  scanner.recovery?.braceIndents.pop();
  emit(scanner, TokenKind.closeBrace, 1);
}

/** `~}` closes a sequence. Against a plain brace it is a sequence end too, which the parser then refuses. */
function closeBraceTrimming(scanner: Scanner): void {
  const { level } = scanner;
  emit(scanner, TokenKind.closeSequence, 2);
  if (level.braces === 0 && scanner.levels.length > 1) leave(scanner);
  else level.braces--;
}

function scanLineComment(scanner: Scanner): void {
  const end = scanner.text.indexOf("\n", scanner.at);
  if (end < 0) {
    emit(scanner, TokenKind.comment, scanner.text.length - scanner.at);
    return;
  }
  emit(scanner, TokenKind.lineComment, end + 1 - scanner.at);
  if (scanner.recovery !== undefined && scanner.levels.length > 1) endInterpolationAtLine(scanner);
}

function scanBlockComment(scanner: Scanner): void {
  const end = scanner.text.indexOf("*/", scanner.at + 2);
  // HCL reads an unterminated comment as two operators.
  if (end < 0) emit(scanner, TokenKind.slash, 1);
  else emit(scanner, TokenKind.comment, end + 2 - scanner.at);
}

/** `<<NAME` or `<<-NAME` directly before a newline; false when it is none. */
function scanHeredocOpening(scanner: Scanner): boolean {
  const { text, at } = scanner;
  const nameStart = text.charCodeAt(at + 2) === 0x2d ? at + 3 : at + 2;
  const nameEnd = identifierEnd(text, nameStart);
  if (nameEnd === nameStart) return false;
  const newline = newlineLength(text, nameEnd);
  if (newline === 0) return false;
  openHeredoc(scanner, nameStart, nameEnd, nameEnd + newline);
  return true;
}

/** Takes the opening up to `end` and enters the heredoc. */
function openHeredoc(scanner: Scanner, nameStart: number, nameEnd: number, end: number): void {
  const { text, at, recovery } = scanner;
  const marker = text.slice(nameStart, nameEnd);
  emit(scanner, TokenKind.openHeredoc, end - at);
  const outer = scanner.level.end;
  const heredoc = { marker, open: at, from: end, limit: Math.min(outer.at, text.length) };
  enter(scanner, "heredoc", marker, recovery === undefined ? outer : findHeredocEnd(text, recovery, heredoc));
}

/** In a recovering scan: `<NAME` or `<<NAME something`, where a line further down is the marker. */
function scanDamagedOpening(scanner: Scanner, recovery: ScanRecovery): boolean {
  const { text, at, tokens } = scanner;
  const before = tokens.count === 0 ? TokenKind.end : tokens.kind(tokens.count - 1);
  if (before !== TokenKind.assign && before !== TokenKind.openParen && before !== TokenKind.comma) return false;
  let nameStart = at;
  while (nameStart < at + 2 && text.charCodeAt(nameStart) === 0x3c) nameStart++;
  if (text.charCodeAt(nameStart) === 0x2d) nameStart++;
  const nameEnd = identifierEnd(text, nameStart);
  const newline = text.indexOf("\n", nameEnd);
  if (nameEnd === nameStart || newline < 0) return false;
  const markerEnd = damagedMarkerEnd(scanner, recovery, nameStart, nameEnd, newline + 1);
  if (markerEnd === nameStart) return false;
  recovery.problems.push({
    summary: "Invalid expression",
    detail: 'A text of several lines opens with "<<" and its marker, and nothing after that on the line.',
    subject: { start: at, end: markerEnd },
  });
  openHeredoc(scanner, nameStart, markerEnd, newlineLength(text, markerEnd) > 0 ? newline + 1 : markerEnd);
  return true;
}

/** Where the marker of a damaged opening ends: it is the name there, or the capitals that the name begins with. */
function damagedMarkerEnd(
  scanner: Scanner,
  recovery: ScanRecovery,
  nameStart: number,
  nameEnd: number,
  from: number,
): number {
  const { text } = scanner;
  for (let end = nameEnd; end > nameStart && end > nameStart + 1; end--) {
    if (end < nameEnd && end - nameStart > LONGEST_MARKER) continue;
    if (hasMarkerLine(text, recovery, from, text.slice(nameStart, end))) return end;
  }
  return nameStart;
}

/** How long a marker may be that has lost the newline after it. */
const LONGEST_MARKER = 5;
