// Scans code: the file itself, and what stands inside `${…}` and `%{…}`.
import { identifierEnd, isDigit } from "./characters.ts";
import { endInterpolationAtLine } from "./missingClosers.ts";
import { emit, enter, leave, newlineLength, scanUnknown, type Scanner } from "./scannerState.ts";
import { findHeredocEnd, indentOfLine } from "./scanRecovery.ts";
import { TokenKind } from "./tokens.ts";

/** Scans code until the level changes or the text ends. */
export function scanCode(scanner: Scanner): void {
  const { text, tokens, level } = scanner;
  while (scanner.level === level && scanner.at < text.length) {
    const at = scanner.at;
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x09) {
      scanner.at++;
    } else if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) === 0x0a)) {
      scanNewline(scanner, at, code === 0x0a ? 1 : 2);
    } else {
      const nameEnd = identifierEnd(text, at);
      if (nameEnd > at) {
        tokens.add(TokenKind.identifier, at, nameEnd);
        scanner.at = nameEnd;
      } else if (isDigit(code)) {
        scanner.at = numberEnd(text, at);
        tokens.add(TokenKind.number, at, scanner.at);
      } else {
        scanSymbol(scanner, at, code);
      }
    }
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
      scanner.recovery?.braceIndents.push(indentOfLine(text, at));
      emit(scanner, TokenKind.openBrace, 1);
      return;
    case 0x7d: {
      closeBrace(scanner);
      return;
    }
    case 0x7e: {
      next === 0x7d ? closeBraceTrimming(scanner) : emit(scanner, TokenKind.bitNot, 1);
      return;
    }
    case 0x23: {
      scanLineComment(scanner);
      return;
    }
    case 0x2f:
      if (next === 0x2f) {
        scanLineComment(scanner);
        return;
      }
      {
        next === 0x2a ? scanBlockComment(scanner) : emit(scanner, TokenKind.slash, 1);
        return;
      }
    case 0x3c:
      if (next === 0x3c && scanHeredocOpening(scanner)) return;
      {
        next === 0x3d ? emit(scanner, TokenKind.lessOrEqual, 2) : emit(scanner, TokenKind.less, 1);
        return;
      }
    case 0x3e: {
      next === 0x3d ? emit(scanner, TokenKind.greaterOrEqual, 2) : emit(scanner, TokenKind.greater, 1);
      return;
    }
    case 0x3d:
      if (next === 0x3d) {
        emit(scanner, TokenKind.equal, 2);
        return;
      }
      {
        next === 0x3e ? emit(scanner, TokenKind.fatArrow, 2) : emit(scanner, TokenKind.assign, 1);
        return;
      }
    case 0x21: {
      next === 0x3d ? emit(scanner, TokenKind.notEqual, 2) : emit(scanner, TokenKind.bang, 1);
      return;
    }
    case 0x26: {
      next === 0x26 ? emit(scanner, TokenKind.and, 2) : emit(scanner, TokenKind.bitAnd, 1);
      return;
    }
    case 0x7c: {
      next === 0x7c ? emit(scanner, TokenKind.or, 2) : emit(scanner, TokenKind.bitOr, 1);
      return;
    }
    case 0x3a: {
      next === 0x3a ? emit(scanner, TokenKind.doubleColon, 2) : emit(scanner, TokenKind.colon, 1);
      return;
    }
    case 0x2e:
      if (next === 0x2e && text.charCodeAt(at + 2) === 0x2e) {
        emit(scanner, TokenKind.ellipsis, 3);
        return;
      }
      {
        emit(scanner, TokenKind.dot, 1);
        return;
      }
    default: {
      const kind = code < 128 ? singles[code]! : 0;
      if (kind !== 0) {
        emit(scanner, kind, 1);
        return;
      }
      scanUnknown(scanner);
      return;
    }
  }
}

/** Kinds of the tokens that are one character and begin no longer one. */
const singles: TokenKind[] = new Array<TokenKind>(128).fill(TokenKind.end);
for (const [character, kind] of [
  ["(", TokenKind.openParen],
  [")", TokenKind.closeParen],
  ["[", TokenKind.openBracket],
  ["]", TokenKind.closeBracket],
  [",", TokenKind.comma],
  ["?", TokenKind.question],
  ["+", TokenKind.plus],
  ["-", TokenKind.minus],
  ["*", TokenKind.star],
  ["%", TokenKind.percent],
  ["^", TokenKind.bitXor],
  [";", TokenKind.semicolon],
  ["'", TokenKind.apostrophe],
  ["`", TokenKind.backtick],
] as const)
  singles[character.charCodeAt(0)] = kind;

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
  const { text, at, recovery } = scanner;
  const nameStart = text.charCodeAt(at + 2) === 0x2d ? at + 3 : at + 2;
  const nameEnd = identifierEnd(text, nameStart);
  if (nameEnd === nameStart) return false;
  const newline = newlineLength(text, nameEnd);
  if (newline === 0) return false;
  const marker = text.slice(nameStart, nameEnd);
  emit(scanner, TokenKind.openHeredoc, nameEnd + newline - at);
  const outer = scanner.level.end;
  enter(
    scanner,
    "heredoc",
    marker,
    recovery === undefined
      ? outer
      : findHeredocEnd(text, recovery, { marker, open: at, from: scanner.at, limit: Math.min(outer.at, text.length) }),
  );
  return true;
}
