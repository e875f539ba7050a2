// Scans literal text: inside quotes, in heredocs, and in bare templates.
import { identifierEnd, isLoneSurrogate, plainTextEnd, skipUnicodeSpace, trimUnicodeSpaceEnd } from "./characters.ts";
import { hasMarkerLine } from "./heredocEnd.ts";
import { endHeredoc, endStringsAtLine } from "./missingClosers.ts";
import { emit, enter, leave, newlineLength, scanUnknown, type Scanner } from "./scannerState.ts";
import { TokenKind } from "./tokens.ts";

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
export function scanQuotes(scanner: Scanner): void {
  const { text } = scanner;
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
        endStringsAtLine(scanner);
        return;
      }
      let end = at + 1;
      while (text.charCodeAt(end) === 0x0a || text.charCodeAt(end) === 0x0d) end++;
      emit(scanner, TokenKind.quotedNewline, end - at);
      continue;
    }
    const plainEnd = plainTextEnd(text, at);
    const end = quotedTextEnd(text, plainEnd);
    if (endAtSwallowedHeredoc(scanner, end)) return;
    if (end > at) emit(scanner, end === plainEnd ? TokenKind.plainText : TokenKind.quotedText, end - at);
    else scanUnknown(scanner);
  }
}

/**
 * In a recovering scan: where a line ends in a string that has lost a quote, and with the opening of a heredoc whose
 * marker comes further down, the string ends before that opening.
 */
function endAtSwallowedHeredoc(scanner: Scanner, end: number): boolean {
  const { text, at, recovery } = scanner;
  if (recovery === undefined || scanner.levels.length !== 2) return false;
  const newline = newlineLength(text, end);
  if (newline === 0 || end === at) return false;
  const open = at + text.slice(at, end).lastIndexOf("<<");
  if (open < at) return false;
  const nameStart = text.charCodeAt(open + 2) === 0x2d ? open + 3 : open + 2;
  if (nameStart >= end || identifierEnd(text, nameStart) !== end) return false;
  if (!hasMarkerLine(text, recovery, end + newline, text.slice(nameStart, end))) return false;
  if (open > at) emit(scanner, TokenKind.quotedText, open - at);
  endStringsAtLine(scanner);
  return true;
}

/** End of the run of plain characters and escapes from `at`; a backslash at the end of a line or the text is none. */
export function quotedTextEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = plainTextEnd(text, at);
    const code = text.charCodeAt(at);
    if (code === 0x5c) {
      const next = text.charCodeAt(at + 1);
      if (Number.isNaN(next) || next === 0x0a || next === 0x0d || isLoneSurrogate(text, at + 1)) return at;
      at += 2;
      if (next >= 0xd800 && next <= 0xdbff) at++;
    } else if (code >= 0xd800 && code <= 0xdfff) {
      if (isLoneSurrogate(text, at)) return at;
      at += 2;
    } else if (code >= 0x80) {
      at++;
    } else {
      return at;
    }
  }
}

/** Scans heredoc lines until the marker's line ends the heredoc or a sequence opens. */
export function scanHeredocText(scanner: Scanner): void {
  const { text, level } = scanner;
  while (scanner.at < text.length) {
    if (scanner.at >= level.end.at) {
      endHeredoc(scanner);
      return;
    }
    const at = scanner.at;
    const code = text.charCodeAt(at);
    if (code === 0x24 || code === 0x25) {
      if (scanSequenceOpening(scanner, code)) return;
    }
    const end = Math.min(heredocTextEnd(text, at), level.end.at);
    if (end === at && isLoneSurrogate(text, at)) {
      scanUnknown(scanner);
    } else if (end === at && scanner.recovery !== undefined && at + 1 === text.length) {
      // A sign that the end of the text leaves open: that the heredoc has no end has been said.
      emit(scanner, TokenKind.text, 1);
    } else if (end === at) {
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

function isMarkerLine(text: string, start: number, end: number, marker: string): boolean {
  const from = skipUnicodeSpace(text, start, end);
  const to = trimUnicodeSpaceEnd(text, from, end);
  return to - from === marker.length && text.startsWith(marker, from);
}

/** Scans a bare template: all of it is text but the sequences. */
export function scanTemplateText(scanner: Scanner): void {
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
