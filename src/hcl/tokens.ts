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
  /** Literal text inside quotes that stands for itself: ASCII without escapes or signs. */
  plainText: 19,
  /** Other literal text inside quotes. */
  quotedText: 20,
  /** Literal text inside a heredoc or a bare template. */
  text: 21,
  /** A newline inside quotes. */
  quotedNewline: 22,
  dot: 23,
  comma: 24,
  ellipsis: 25,
  colon: 26,
  doubleColon: 27,
  question: 28,
  assign: 29,
  fatArrow: 30,
  or: 31,
  and: 32,
  equal: 33,
  notEqual: 34,
  less: 35,
  lessOrEqual: 36,
  greater: 37,
  greaterOrEqual: 38,
  plus: 39,
  minus: 40,
  star: 41,
  slash: 42,
  percent: 43,
  bang: 44,
  bitAnd: 45,
  bitOr: 46,
  bitXor: 47,
  bitNot: 48,
  semicolon: 49,
  apostrophe: 50,
  backtick: 51,
  /** Bytes that are not UTF-8 (see decode.ts). */
  badEncoding: 52,
  invalid: 53,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** Whether it is literal text inside quotes. */
export function isQuotedText(kind: number): boolean {
  return kind === TokenKind.plainText || kind === TokenKind.quotedText;
}

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
    if (this.count + 1 >= this.kinds.length) this.makeRoom(1);
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
