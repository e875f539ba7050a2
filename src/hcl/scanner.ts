// Text to tokens: one pass over UTF-16 code units, no regular expression a token. The scanner never fails; what the
// language does not know becomes a token of its own, and invalidTokens.ts says what is wrong with it.
import { identifierEnd, isDigit, isLoneSurrogate, skipUnicodeSpace, trimUnicodeSpaceEnd } from "./characters.ts";
import { findHeredocLimit, interpolationEndsAtLine, type ScanRecovery } from "./scanRecovery.ts";
import { TokenKind, TokenTable } from "./tokens.ts";

/** What the scanner is inside of: code (the file itself, or a `${…}`), quotes, a heredoc, or a bare template. */
type Mode = "code" | "quotes" | "heredoc" | "template";

interface Level {
  readonly mode: Mode;
  /** Code: braces opened and not yet closed. */
  braces: number;
  /** Heredoc: the marker that ends it. */
  readonly marker: string;
  /** Heredoc: whether the scanner stands at the start of a line, the only place where the marker counts. */
  lineStart: boolean;
  /** Heredoc: where its text must end at the latest (recovering scan only; otherwise infinite). */
  readonly limit: number;
}

export interface Scanner {
  readonly text: string;
  readonly tokens: TokenTable;
  readonly levels: Level[];
  level: Level;
  at: number;
  /** Set in a recovering scan: unclosed quotes end with their line, unclosed heredocs where they most likely should. */
  readonly recovery: ScanRecovery | undefined;
}

const BYTE_ORDER_MARK = 0xfeff;

/** Scans a whole file. `recovery` asks for the editor's reading of unclosed strings. */
export function scanSource(text: string, recovery?: ScanRecovery): TokenTable {
  const scanner = newScanner(text, "code", recovery);
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) scanner.at = 1;
  return run(scanner);
}

/** Scans a text that is a template without quotes around it, as HCL-JSON strings are. */
export function scanTemplate(text: string): TokenTable {
  return run(newScanner(text, "template", undefined));
}

function newScanner(text: string, mode: Mode, recovery: ScanRecovery | undefined): Scanner {
  const level = newLevel(mode, "", Number.POSITIVE_INFINITY);
  return { text, tokens: new TokenTable(text.length), levels: [level], level, at: 0, recovery };
}

function newLevel(mode: Mode, marker: string, limit: number): Level {
  return { mode, braces: 0, marker, lineStart: true, limit };
}

function run(scanner: Scanner): TokenTable {
  const { text, tokens } = scanner;
  while (scanner.at < text.length) {
    switch (scanner.level.mode) {
      case "code":
        scanCode(scanner);
        break;
      case "quotes":
        scanQuotes(scanner);
        break;
      case "heredoc":
        scanHeredocText(scanner);
        break;
      case "template":
        scanTemplateText(scanner);
    }
  }
  if (scanner.recovery !== undefined) closeOpenLevels(scanner);
  tokens.add(TokenKind.end, text.length, text.length);
  return tokens;
}

function enter(scanner: Scanner, mode: Mode, marker = "", limit = scanner.level.limit): void {
  scanner.level = newLevel(mode, marker, limit);
  scanner.levels.push(scanner.level);
}

function leave(scanner: Scanner): void {
  scanner.levels.pop();
  scanner.level = scanner.levels.at(-1)!;
}

/** Scans code until the level changes or the text ends. */
function scanCode(scanner: Scanner): void {
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
      scanner.recovery?.openBrace(text, at);
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

function emit(scanner: Scanner, kind: TokenKind, length: number): void {
  scanner.tokens.add(kind, scanner.at, scanner.at + length);
  scanner.at += length;
}

function closeBrace(scanner: Scanner): void {
  const { level } = scanner;
  if (level.braces === 0 && scanner.levels.length > 1) {
    emit(scanner, TokenKind.closeSequence, 1);
    leave(scanner);
    return;
  }
  level.braces--;
  scanner.recovery?.closeBrace();
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
  const newline = text.charCodeAt(nameEnd) === 0x0d ? nameEnd + 1 : nameEnd;
  if (text.charCodeAt(newline) !== 0x0a) return false;
  const marker = text.slice(nameStart, nameEnd);
  emit(scanner, TokenKind.openHeredoc, newline + 1 - at);
  const outer = scanner.level.limit;
  const limit = scanner.recovery === undefined ? outer : findHeredocLimit(scanner, scanner.recovery, marker, at, outer);
  enter(scanner, "heredoc", marker, limit);
  return true;
}

function scanUnknown(scanner: Scanner): void {
  const { text, at } = scanner;
  if (isLoneSurrogate(text, at)) emit(scanner, TokenKind.badEncoding, 1);
  else emit(scanner, TokenKind.invalid, text.codePointAt(at)! > 0xffff ? 2 : 1);
}

/** Opens the `${` or `%{` that stands at `at`, if one does. */
function scanSequenceOpening(scanner: Scanner, code: number): boolean {
  const { text, at } = scanner;
  if (text.charCodeAt(at + 1) !== 0x7b) return false;
  const kind = code === 0x24 ? TokenKind.openInterpolation : TokenKind.openDirective;
  emit(scanner, kind, text.charCodeAt(at + 2) === 0x7e ? 3 : 2);
  scanner.level.lineStart = false;
  enter(scanner, "code");
  return true;
}

/**
 * Length of the literal text that a `$` or `%` begins where no sequence opens: `$${` and `%%{` (with a `~`, too)
 * stand for themselves, otherwise it is the one character. 0 when the end of the text leaves it open.
 */
function signLength(text: string, at: number, code: number): number {
  const next = text.charCodeAt(at + 1);
  if (Number.isNaN(next)) return 0;
  if (next !== code || text.charCodeAt(at + 2) !== 0x7b) return 1;
  return text.charCodeAt(at + 3) === 0x7e ? 4 : 3;
}

/** Scans inside quotes until they close or a sequence opens. */
function scanQuotes(scanner: Scanner): void {
  const { text, tokens } = scanner;
  while (scanner.at < text.length) {
    const at = scanner.at;
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      emit(scanner, TokenKind.closeQuote, 1);
      leave(scanner);
      return;
    }
    if (code === 0x24 || code === 0x25) {
      if (scanSequenceOpening(scanner, code)) return;
      const length = signLength(text, at, code);
      if (length > 0) emit(scanner, TokenKind.quotedText, length);
      else emit(scanner, TokenKind.invalid, 1);
      continue;
    }
    if (code === 0x0a || code === 0x0d) {
      if (scanner.recovery !== undefined) {
        tokens.add(TokenKind.closeQuote, at, at);
        leave(scanner);
        return;
      }
      let end = at + 1;
      while (text.charCodeAt(end) === 0x0a || text.charCodeAt(end) === 0x0d) end++;
      emit(scanner, TokenKind.quotedNewline, end - at);
      continue;
    }
    const end = quotedTextEnd(text, at);
    if (end > at) emit(scanner, TokenKind.quotedText, end - at);
    else scanUnknown(scanner);
  }
}

/** End of the run of plain characters and escapes from `at`; a backslash at the end of a line or the text is none. */
function quotedTextEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) {
      const next = text.charCodeAt(at + 1);
      if (Number.isNaN(next) || next === 0x0a || next === 0x0d || isLoneSurrogate(text, at + 1)) return at;
      at += 2;
      if (next >= 0xd800 && next <= 0xdbff) at++;
    } else if (code >= 0xd800 && code <= 0xdfff) {
      if (isLoneSurrogate(text, at)) return at;
      at += 2;
    } else if (
      Number.isNaN(code) ||
      code === 0x22 ||
      code === 0x24 ||
      code === 0x25 ||
      code === 0x0a ||
      code === 0x0d
    ) {
      return at;
    } else {
      at++;
    }
  }
}

/** Scans heredoc lines until the marker's line ends the heredoc or a sequence opens. */
function scanHeredocText(scanner: Scanner): void {
  const { text, level } = scanner;
  while (scanner.at < text.length) {
    if (scanner.at >= level.limit) {
      endHeredocAtLimit(scanner);
      return;
    }
    const at = scanner.at;
    const code = text.charCodeAt(at);
    if (code === 0x24 || code === 0x25) {
      if (scanSequenceOpening(scanner, code)) return;
    }
    const end = heredocTextEnd(text, at);
    if (end === at) {
      // HCL's scanner has no way on from here, such as after a lone carriage return.
      emit(scanner, TokenKind.invalid, text.length - at);
    } else if (text.charCodeAt(end - 1) !== 0x0a || ((code === 0x24 || code === 0x25) && end - at <= 2)) {
      level.lineStart = false;
      emit(scanner, TokenKind.text, end - at);
    } else if (level.lineStart && isMarkerLine(text, at, end, level.marker)) {
      const newline = text.charCodeAt(end - 2) === 0x0d ? end - 2 : end - 1;
      emit(scanner, TokenKind.closeHeredoc, newline - at);
      emit(scanner, TokenKind.newline, end - newline);
      leave(scanner);
      return;
    } else {
      level.lineStart = true;
      emit(scanner, TokenKind.text, end - at);
    }
  }
}

/** End of the heredoc text from `at`: after its newline, or before a sequence, a sign or what is no text. */
function heredocTextEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === 0x24 || first === 0x25) return start + heredocSignLength(text, start, first);
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code) || code === 0x24 || code === 0x25) return at;
    if (code === 0x0a) return at + 1;
    if (code === 0x0d) return text.charCodeAt(at + 1) === 0x0a ? at + 2 : at;
    if (code >= 0xd800 && code <= 0xdfff) {
      if (isLoneSurrogate(text, at)) return at;
      at++;
    }
  }
}

/** As `signLength`; but HCL takes one more character with the sign when that ends the line. */
function heredocSignLength(text: string, at: number, code: number): number {
  const length = signLength(text, at, code);
  if (length !== 1) return length + (length === 0 ? 0 : newlineLength(text, at + length));
  if (text.charCodeAt(at + 1) >= 0x80) return 1;
  const afterNext = text.charCodeAt(at + 2);
  return afterNext === 0x0a || afterNext === 0x0d ? 2 : 1;
}

function newlineLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0x0a) return 1;
  return code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 0;
}

function isMarkerLine(text: string, start: number, end: number, marker: string): boolean {
  const from = skipUnicodeSpace(text, start, end);
  const to = trimUnicodeSpaceEnd(text, from, end);
  return to - from === marker.length && text.startsWith(marker, from);
}

/** Scans a bare template: all of it is text but the sequences. */
function scanTemplateText(scanner: Scanner): void {
  const { text } = scanner;
  while (scanner.at < text.length) {
    const at = scanner.at;
    const code = text.charCodeAt(at);
    if ((code === 0x24 || code === 0x25) && scanSequenceOpening(scanner, code)) return;
    let end = heredocTextEnd(text, at);
    // A lone sign at the very end is text here.
    if (end === at && (code === 0x24 || code === 0x25)) end = at + 1;
    if (end > at) emit(scanner, TokenKind.text, end - at);
    else scanUnknown(scanner);
  }
}

// What follows happens in recovering scans only. A closing token of no width says: it is not there.

function endInterpolationAtLine(scanner: Scanner): void {
  while (scanner.level.mode === "code" && scanner.levels.length > 1) {
    const outer = scanner.levels.at(-2)!;
    const ends =
      outer.mode === "quotes"
        ? interpolationEndsAtLine(scanner.text, scanner.at, scanner.level.braces)
        : scanner.at >= outer.limit;
    if (!ends) return;
    // The newline that was just read belongs after the string.
    scanner.tokens.add(TokenKind.closeSequence, scanner.at, scanner.at);
    leave(scanner);
    if (outer.mode === "quotes") {
      scanner.tokens.add(TokenKind.closeQuote, scanner.at, scanner.at);
      leave(scanner);
      scanner.tokens.add(TokenKind.newline, scanner.at, scanner.at);
    }
  }
}

function endHeredocAtLimit(scanner: Scanner): void {
  const { text, at } = scanner;
  const end = scanner.recovery?.markerEnd(text, at, scanner.level.marker) ?? at;
  emit(scanner, TokenKind.closeHeredoc, end - at);
  leave(scanner);
  if (end === at) scanner.tokens.add(TokenKind.newline, at, at);
}

function closeOpenLevels(scanner: Scanner): void {
  const { tokens, at } = scanner;
  while (scanner.levels.length > 1) {
    const { mode } = scanner.level;
    if (mode === "quotes") tokens.add(TokenKind.closeQuote, at, at);
    else if (mode === "heredoc") tokens.add(TokenKind.closeHeredoc, at, at);
    else tokens.add(TokenKind.closeSequence, at, at);
    leave(scanner);
  }
}
