// Text to tokens: one pass over UTF-16 code units, no regular expression a token. The scanner never fails; what the
// language does not know becomes a token of its own, and invalidTokens.ts says what is wrong with it.
import { codeUnits } from "./characters.ts";
import { MOST_TOKENS_A_STEP, scanCode } from "./codeScanner.ts";
import { closeOpenLevels } from "./missingClosers.ts";
import { newLevel, NEVER, type Mode, type Scanner } from "./scannerState.ts";
import type { ScanRecovery } from "./scanRecovery.ts";
import { scanHeredocText, scanQuotes, scanTemplateText } from "./textScanner.ts";
import { TokenKind, TokenTable } from "./tokens.ts";

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
  const level = newLevel(mode, "", NEVER);
  return { text, codes: codeUnits(text), tokens: new TokenTable(text.length), levels: [level], level, at: 0, recovery };
}

function run(scanner: Scanner): TokenTable {
  const { text, tokens } = scanner;
  while (scanner.at < text.length) {
    switch (scanner.level.mode) {
      case "code":
        tokens.makeRoom(MOST_TOKENS_A_STEP);
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
