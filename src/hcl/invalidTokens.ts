// What is wrong with the characters of a text, whatever the grammar makes of them.
import type { Diagnostic } from "./diagnostic.ts";
import type { SourceText, Span } from "./source.ts";
import { TokenKind, type TokenTable } from "./tokens.ts";

interface Complaint {
  readonly summary: string;
  readonly detail: string;
  /** Which occurrences in a text HCL reports (counted from 0), where it is not each of them. */
  readonly reported?: readonly number[];
}

const UNSUPPORTED = "Unsupported operator";
const CHARACTER = "Invalid character";

/** The opening quotes of the first two pairs. */
const PAIRS = [0, 2];
/** HCL speaks of bitwise operators four times a text, whichever they are. */
const BITWISE = [0, 1, 2, 3];
/** More than these of one text say nothing new; a binary file would give millions. */
const MOST_REPORTS = 1000;

const complaints = new Map<TokenKind, Complaint>([
  [
    TokenKind.bitAnd,
    {
      summary: UNSUPPORTED,
      detail: 'There are no bitwise operators. For "both are true" write "&&".',
      reported: BITWISE,
    },
  ],
  [
    TokenKind.bitOr,
    {
      summary: UNSUPPORTED,
      detail: 'There are no bitwise operators. For "one is true" write "||".',
      reported: BITWISE,
    },
  ],
  [TokenKind.bitXor, { summary: UNSUPPORTED, detail: "There are no bitwise operators.", reported: BITWISE }],
  [
    TokenKind.bitNot,
    { summary: UNSUPPORTED, detail: 'There are no bitwise operators. For "not" write "!".', reported: BITWISE },
  ],
  [
    TokenKind.backtick,
    {
      summary: CHARACTER,
      detail: 'Backticks quote nothing here. For a text of several lines use a heredoc: "<<EOT", the lines, "EOT".',
      reported: PAIRS,
    },
  ],
  [
    TokenKind.apostrophe,
    {
      summary: CHARACTER,
      detail: "Single quotes quote nothing here. Strings stand in double quotes.",
      reported: PAIRS,
    },
  ],
  [
    TokenKind.semicolon,
    {
      summary: CHARACTER,
      detail:
        "Nothing ends with a semicolon here: arguments and blocks end with a newline, items of a list with a comma.",
      reported: [0],
    },
  ],
  [
    TokenKind.badEncoding,
    {
      summary: "Invalid character encoding",
      detail: "This byte is not UTF-8, the encoding that the file must have. Save the file as UTF-8.",
      reported: [0],
    },
  ],
  [
    TokenKind.quotedNewline,
    {
      summary: "Invalid multi-line string",
      detail:
        'A string in quotes ends on its line. Close it here, write \\n for the newline, or use a heredoc: "<<EOT", the lines, "EOT".',
    },
  ],
]);

const CURLY_QUOTES = new Set(["\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u201a"]);

/** Reports the tokens that no text of HCL has, in source order. */
export function checkTokens(source: SourceText, tokens: TokenTable): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (!tokens.hasForeign) return found;
  const seen = new Map<TokenKind, number>();
  for (let index = 0; index < tokens.count && found.length < MOST_REPORTS; index++) {
    const kind = tokens.kind(index);
    if (kind < TokenKind.quotedNewline || (kind > TokenKind.quotedNewline && kind < TokenKind.bitAnd)) continue;
    const span = { start: tokens.start(index), end: tokens.end(index) };
    const complaint = kind === TokenKind.invalid ? invalidCharacter(source, span) : complaints.get(kind);
    if (complaint === undefined || goesOn(tokens, index)) continue;
    const counted = complaint.reported === BITWISE ? TokenKind.bitAnd : kind;
    const occurrence = seen.get(counted) ?? 0;
    seen.set(counted, occurrence + 1);
    const { summary, detail, reported } = complaint;
    if (reported !== undefined && !reported.includes(occurrence)) continue;
    found.push({ severity: "error", summary, detail, subject: span, source });
  }
  return found;
}

/** Bytes side by side that are not UTF-8 are one fault. */
function goesOn(tokens: TokenTable, index: number): boolean {
  return (
    index > 0 &&
    tokens.kind(index) === TokenKind.badEncoding &&
    tokens.kind(index - 1) === TokenKind.badEncoding &&
    tokens.end(index - 1) === tokens.start(index)
  );
}

function invalidCharacter(source: SourceText, span: Span): Complaint {
  const character = source.slice(span);
  if (CURLY_QUOTES.has(character))
    return {
      summary: CHARACTER,
      detail: 'Curly quotes quote nothing here; copying from documents brings them in. Use the straight quote ".',
    };
  const point = character.codePointAt(0) ?? 0;
  const name = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return { summary: CHARACTER, detail: `The character ${name} has no meaning in HCL. Remove it, or put it in quotes.` };
}
