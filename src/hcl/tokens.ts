// Token kinds and the token table: one row a token in typed arrays, because 100,000 lines make a million tokens.

/**
 * Kinds of tokens, as HCL's specification names them. Brackets, quotes, heredocs and template sequences come in
 * opening and closing kinds; what the language does not know has kinds of its own, so that each gets its own message.
 */
export const TokenKind = {
  end: 0,
  newline: 1,
  /** `/* … *\/`, or a line comment that the end of the file cuts off. */
  comment: 2,
  /** `# …` or `// …` with its newline: to the grammar it is a newline. */
  lineComment: 3,
  identifier: 4,
  number: 5,
  openBrace: 6,
  closeBrace: 7,
  openBracket: 8,
  closeBracket: 9,
  openParen: 10,
  closeParen: 11,
  openQuote: 12,
  closeQuote: 13,
  openHeredoc: 14,
  closeHeredoc: 15,
  /** `${` or `${~` */
  openInterpolation: 16,
  /** `%{` or `%{~` */
  openDirective: 17,
  /** `}` or `~}` */
  closeSequence: 18,
  /** Literal text inside quotes. */
  quotedText: 19,
  /** Literal text inside a heredoc or a bare template. */
  text: 20,
  /** A newline inside quotes. */
  quotedNewline: 21,
  dot: 22,
  comma: 23,
  ellipsis: 24,
  colon: 25,
  doubleColon: 26,
  question: 27,
  assign: 28,
  fatArrow: 29,
  or: 30,
  and: 31,
  equal: 32,
  notEqual: 33,
  less: 34,
  lessOrEqual: 35,
  greater: 36,
  greaterOrEqual: 37,
  plus: 38,
  minus: 39,
  star: 40,
  slash: 41,
  percent: 42,
  bang: 43,
  bitAnd: 44,
  bitOr: 45,
  bitXor: 46,
  bitNot: 47,
  semicolon: 48,
  apostrophe: 49,
  backtick: 50,
  /** Bytes that are not UTF-8 (see decode.ts). */
  badEncoding: 51,
  invalid: 52,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/**
 * All tokens of one text in source order; the last one is `end`. Spaces and tabs are in no token. The columns have room
 * for more than `count` rows; the scanner and the parser read and write them directly.
 */
export class TokenTable {
  count = 0;
  /** Whether some token is of a kind that no text of HCL has (invalidTokens.ts says what is wrong with it). */
  hasForeign = false;
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;

  constructor(textLength: number) {
    const capacity = 16 + Math.ceil(textLength / 3);
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  add(kind: TokenKind, start: number, end: number): void {
    this.makeRoom(1);
    if (kind >= TokenKind.bitAnd || kind === TokenKind.quotedNewline) this.hasForeign = true;
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  /** After the last token there is nothing but the end. */
  kind(index: number): TokenKind {
    return index < this.count ? (this.kinds[index] as TokenKind) : TokenKind.end;
  }

  start(index: number): number {
    return this.starts[index]!;
  }

  end(index: number): number {
    return this.ends[index]!;
  }

  /** Makes the columns long enough for so many more tokens, with one row behind them that reads as `end`. */
  makeRoom(tokens: number): void {
    if (this.count + tokens < this.kinds.length) return;
    const capacity = this.kinds.length * 2;
    const kinds = new Uint8Array(capacity);
    const starts = new Int32Array(capacity);
    const ends = new Int32Array(capacity);
    kinds.set(this.kinds);
    starts.set(this.starts);
    ends.set(this.ends);
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
  }
}
