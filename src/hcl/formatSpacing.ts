// Whether a space stands between two tokens of one line.
import { isDigit } from "./characters.ts";
import { bracketChange } from "./formatLayout.ts";
import { isQuotedText, TokenKind, type TokenTable } from "./tokens.ts";

/**
 * Whether a space follows the token at `index`. `hasBefore` tells whether the token before it is in the same cell of
 * the line; it decides what a minus is.
 */
export function spaceBetween(text: string, tokens: TokenTable, index: number, hasBefore: boolean): boolean {
  const kind = tokens.kind(index);
  const after = tokens.kind(index + 1);
  const before = hasBefore ? tokens.kind(index - 1) : TokenKind.end;
  if (after === TokenKind.newline || after === TokenKind.end) return false;
  if (kind === TokenKind.identifier && (after === TokenKind.openParen || after === TokenKind.doubleColon)) return false;
  if (kind === TokenKind.doubleColon && after === TokenKind.identifier) return false;
  if (kind === TokenKind.dot) return false;
  // Nomad takes this space too, and makes one wrong number of two legacy indexes.
  if (after === TokenKind.dot) return kind === TokenKind.number && continuesNumber(text, tokens, index + 2);
  if (after === TokenKind.comma || after === TokenKind.ellipsis) return false;
  if (kind === TokenKind.comma) return true;
  if (opensText(kind) || closesText(after)) return false;
  // `in` before a list is a word, not the name of what is indexed.
  if (isIn(text, tokens, index) && before === TokenKind.identifier) return true;
  if (after === TokenKind.openBracket && isIndexed(kind)) return false;
  if (kind === TokenKind.bang) return false;
  if (kind === TokenKind.minus) return !isNegation(before);
  if (kind === TokenKind.openBrace || after === TokenKind.closeBrace)
    return !(kind === TokenKind.openBrace && after === TokenKind.closeBrace);
  return spaceAroundBrackets(kind, after);
}

/** Whether a number and a dot right before the token at `index` would be read as one number with it. */
function continuesNumber(text: string, tokens: TokenTable, index: number): boolean {
  if (tokens.kind(index) === TokenKind.number) return true;
  const start = tokens.start(index);
  const exponent = text.startsWith("e", start) || text.startsWith("E", start);
  return exponent && isDigit(text.charCodeAt(start + 1));
}

function spaceAroundBrackets(kind: TokenKind, after: TokenKind): boolean {
  const opensSequence = kind === TokenKind.openInterpolation || kind === TokenKind.openDirective;
  // Braces of an object are kept apart from those of the sequence around it.
  if (opensSequence && after === TokenKind.openBrace) return true;
  if (kind === TokenKind.closeBrace && after === TokenKind.closeSequence) return true;
  if (kind === TokenKind.closeSequence)
    if (after === TokenKind.openInterpolation || after === TokenKind.openDirective) return false;
  return bracketChange(kind) <= 0 && bracketChange(after) >= 0;
}

/** After these, and before those of `closesText`, everything belongs to a string. */
function opensText(kind: TokenKind): boolean {
  return (
    isQuotedText(kind) || kind === TokenKind.text || kind === TokenKind.openQuote || kind === TokenKind.openHeredoc
  );
}

function closesText(kind: TokenKind): boolean {
  return (
    isQuotedText(kind) || kind === TokenKind.text || kind === TokenKind.closeQuote || kind === TokenKind.closeHeredoc
  );
}

function isIn(text: string, tokens: TokenTable, index: number): boolean {
  const start = tokens.start(index);
  return tokens.kind(index) === TokenKind.identifier && tokens.end(index) - start === 2 && text.startsWith("in", start);
}

function isIndexed(kind: TokenKind): boolean {
  return kind === TokenKind.identifier || kind === TokenKind.number || bracketChange(kind) < 0;
}

/** A minus after any of these cannot be a subtraction. */
const beforeNegation = new Set<TokenKind>([
  TokenKind.end,
  TokenKind.openParen,
  TokenKind.openBrace,
  TokenKind.openBracket,
  TokenKind.assign,
  TokenKind.colon,
  TokenKind.comma,
  TokenKind.question,
  TokenKind.plus,
  TokenKind.minus,
  TokenKind.star,
  TokenKind.slash,
  TokenKind.percent,
  TokenKind.equal,
  TokenKind.notEqual,
  TokenKind.less,
  TokenKind.lessOrEqual,
  TokenKind.greater,
  TokenKind.greaterOrEqual,
  TokenKind.and,
  TokenKind.or,
  TokenKind.bang,
]);

function isNegation(before: TokenKind): boolean {
  return beforeNegation.has(before);
}
