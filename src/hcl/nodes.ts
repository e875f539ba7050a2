// The nodes that most of a tree consists of. They keep offsets; a span is made when somebody asks for it, because few of
// them are ever asked for and making them all takes a fifth of the parser's time.
import type { Span } from "./source.ts";
import type {
  Attribute,
  Block,
  Body,
  Expression,
  LiteralPart,
  NumberExpression,
  TemplateExpression,
} from "./syntax.ts";

export class BodyNode implements Body {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
  private readonly start: number;
  private readonly end: number;

  constructor(attributes: readonly Attribute[], blocks: readonly Block[], start: number, end: number) {
    this.attributes = attributes;
    this.blocks = blocks;
    this.start = start;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }

  get endSpan(): Span {
    return { start: this.end, end: this.end };
  }
}

export class AttributeNode implements Attribute {
  readonly name: string;
  readonly expression: Expression;
  private readonly start: number;
  private readonly equals: number;
  private readonly end: number;

  /** `start`, `equals`: offsets of the name and of the equals sign; `end`: where the expression ends. */
  constructor(name: string, expression: Expression, start: number, equals: number, end: number) {
    this.name = name;
    this.expression = expression;
    this.start = start;
    this.equals = equals;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }

  get nameSpan(): Span {
    return { start: this.start, end: this.start + this.name.length };
  }

  get equalsSpan(): Span {
    return { start: this.equals, end: this.equals + 1 };
  }
}

/** What stands before the braces of a block. */
export interface Header {
  readonly type: string;
  readonly start: number;
  /** End of the type. The type of a block without one is empty, and this the end of what stands in its place. */
  readonly typeEnd: number;
  /** Absent as long as there are none, which most blocks keep to. */
  labels: string[] | undefined;
  labelSpans: Span[] | undefined;
}

const NO_LABELS: readonly string[] = [];
const NO_SPANS: readonly Span[] = [];

export function newHeader(type: string, start: number, typeEnd: number): Header {
  return { type, start, typeEnd, labels: undefined, labelSpans: undefined };
}

export function addLabel(header: Header, label: string, span: Span): void {
  if (header.labels === undefined || header.labelSpans === undefined) {
    header.labels = [label];
    header.labelSpans = [span];
  } else {
    header.labels.push(label);
    header.labelSpans.push(span);
  }
}

export class BlockNode implements Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  private readonly header: Header;
  private readonly open: number;
  private readonly openEnd: number;
  private readonly close: number;
  private readonly end: number;

  /** `open`, `openEnd`, `close`, `end`: offsets of the braces, which are empty where one is missing. */
  constructor(header: Header, body: Body, open: number, openEnd: number, close: number, end: number) {
    this.type = header.type;
    this.labels = header.labels ?? NO_LABELS;
    this.header = header;
    this.body = body;
    this.open = open;
    this.openEnd = openEnd;
    this.close = close;
    this.end = end;
  }

  get labelSpans(): readonly Span[] {
    return this.header.labelSpans ?? NO_SPANS;
  }

  get typeSpan(): Span {
    return { start: this.header.start, end: this.header.typeEnd };
  }

  get openBraceSpan(): Span {
    return { start: this.open, end: this.openEnd };
  }

  get closeBraceSpan(): Span {
    return { start: this.close, end: this.end };
  }

  get defSpan(): Span {
    const { start, typeEnd, labelSpans } = this.header;
    return { start, end: labelSpans?.at(-1)?.end ?? typeEnd };
  }

  get span(): Span {
    return { start: this.header.start, end: this.end };
  }
}

/** A quoted string of one literal. */
export class PlainString implements TemplateExpression {
  readonly kind = "template";
  readonly plain: string;
  private readonly start: number;
  private readonly end: number;

  /** `start`, `end`: offsets of the quotes' outer sides. */
  constructor(plain: string, start: number, end: number) {
    this.plain = plain;
    this.start = start;
    this.end = end;
  }

  get form(): "quoted" {
    return "quoted";
  }

  get parts(): readonly [LiteralPart] {
    return [{ kind: "literal", value: this.plain, span: { start: this.start + 1, end: this.end - 1 } }];
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }

  /** The same string in a text that has so many more characters before it. */
  moved(offset: number): PlainString {
    return new PlainString(this.plain, this.start + offset, this.end + offset);
  }
}

export class NumberNode implements NumberExpression {
  readonly kind = "number";
  readonly text: string;
  private readonly start: number;

  constructor(text: string, start: number) {
    this.text = text;
    this.start = start;
  }

  get span(): Span {
    return { start: this.start, end: this.start + this.text.length };
  }

  /** As PlainString's. */
  moved(offset: number): NumberNode {
    return new NumberNode(this.text, this.start + offset);
  }
}
