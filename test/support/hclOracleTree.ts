// HashiCorp's syntax tree in our own shape, so that tests compare the two with one assertion.
import {
  fromGoSlice,
  fromGoString,
  type GoObject,
  type GoRange,
  type HashicorpFile,
  type HashicorpParser,
} from "../../src/hcl/hashicorpParser.ts";
import type { Span } from "../../src/hcl/source.ts";
import type {
  Attribute,
  BinaryOperator,
  Block,
  Body,
  Expression,
  ObjectItem,
  SplatStep,
  TemplateExpression,
  TemplatePart,
  TraversalStep,
} from "../../src/hcl/syntax.ts";

const binaryOperators: readonly (readonly [string, BinaryOperator])[] = [
  ["OpLogicalOr", "||"],
  ["OpLogicalAnd", "&&"],
  ["OpEqual", "=="],
  ["OpNotEqual", "!="],
  ["OpGreaterThan", ">"],
  ["OpGreaterThanOrEqual", ">="],
  ["OpLessThan", "<"],
  ["OpLessThanOrEqual", "<="],
  ["OpAdd", "+"],
  ["OpSubtract", "-"],
  ["OpMultiply", "*"],
  ["OpDivide", "/"],
  ["OpModulo", "%"],
];

/** Makes a function that converts the body of a parsed file. */
export function bodyReader(parser: HashicorpParser): (file: HashicorpFile, text: string) => Body {
  const hclsyntax = parser.package("hashicorp/hcl/v2/hclsyntax");
  const operatorOf = new Map(binaryOperators.map(([name, operator]) => [hclsyntax[name], operator]));
  return (file, text) => new TreeReader(file.span, text, operatorOf).body(file.body);
}

/** The name of a node's Go type, without package and pointer. */
function typeName(node: GoObject): string {
  return node.constructor.string.replace(/^\*?\w+\./, "");
}

class TreeReader {
  readonly #span: (range: GoRange) => Span;
  readonly #text: string;
  readonly #operatorOf: ReadonlyMap<unknown, BinaryOperator>;

  constructor(span: (range: GoRange) => Span, text: string, operatorOf: ReadonlyMap<unknown, BinaryOperator>) {
    this.#span = span;
    this.#text = text;
    this.#operatorOf = operatorOf;
  }

  body(node: GoObject): Body {
    const attributes = Object.values(node["Attributes"] as Record<string, { v: GoObject }>)
      .map((entry) => this.#attribute(entry.v))
      .sort((left, right) => left.span.start - right.span.start);
    const blocks = fromGoSlice(node["Blocks"]).map((block) => this.#block(block as GoObject));
    return { attributes, blocks, span: this.#range(node, "SrcRange"), endSpan: this.#range(node, "EndRange") };
  }

  #range(node: GoObject, field: string): Span {
    return this.#span(node[field] as GoRange);
  }

  #attribute(node: GoObject): Attribute {
    return {
      name: fromGoString(node["Name"]),
      expression: this.#expression(node["Expr"] as GoObject),
      span: this.#range(node, "SrcRange"),
      nameSpan: this.#range(node, "NameRange"),
      equalsSpan: this.#range(node, "EqualsRange"),
    };
  }

  #block(node: GoObject): Block {
    const typeSpan = this.#range(node, "TypeRange");
    const labelSpans = fromGoSlice(node["LabelRanges"]).map((range) => this.#span(range as GoRange));
    const closeBraceSpan = this.#range(node, "CloseBraceRange");
    return {
      type: fromGoString(node["Type"]),
      labels: fromGoSlice(node["Labels"]).map(fromGoString),
      body: this.body(node["Body"] as GoObject),
      typeSpan,
      labelSpans,
      openBraceSpan: this.#range(node, "OpenBraceRange"),
      closeBraceSpan,
      defSpan: { start: typeSpan.start, end: (labelSpans.at(-1) ?? typeSpan).end },
      span: { start: typeSpan.start, end: closeBraceSpan.end },
    };
  }

  #expression(node: GoObject): Expression {
    const type = typeName(node);
    const child = (field: string): Expression => this.#expression(node[field] as GoObject);
    const children = (field: string): Expression[] =>
      fromGoSlice(node[field]).map((item) => this.#expression(item as GoObject));
    switch (type) {
      case "LiteralValueExpr":
        return this.#literal(this.#range(node, "SrcRange"));
      case "TemplateExpr":
        return this.#template(node);
      case "TemplateWrapExpr":
        return { kind: "template-wrap", wrapped: child("Wrapped"), span: this.#range(node, "SrcRange") };
      case "ScopeTraversalExpr": {
        const [root, ...steps] = fromGoSlice(node["Traversal"]) as GoObject[];
        const first = root!["$val"] as GoObject;
        return {
          kind: "scope-traversal",
          root: fromGoString(first["Name"]),
          rootSpan: this.#range(first, "SrcRange"),
          steps: steps.map((step) => this.#step(step)),
          span: this.#range(node, "SrcRange"),
        };
      }
      case "RelativeTraversalExpr":
        return withSteps(
          child("Source"),
          (fromGoSlice(node["Traversal"]) as GoObject[]).map((step) => this.#step(step)),
          this.#range(node, "SrcRange"),
        );
      case "FunctionCallExpr": {
        const nameSpan = this.#range(node, "NameRange");
        const closeParenSpan = this.#range(node, "CloseParenRange");
        return {
          kind: "call",
          name: fromGoString(node["Name"]),
          arguments: children("Args"),
          expandFinal: node["ExpandFinal"] as boolean,
          nameSpan,
          openParenSpan: this.#range(node, "OpenParenRange"),
          closeParenSpan,
          span: { start: nameSpan.start, end: closeParenSpan.end },
        };
      }
      case "ConditionalExpr":
        return {
          kind: "conditional",
          condition: child("Condition"),
          whenTrue: child("TrueResult"),
          whenFalse: child("FalseResult"),
          span: this.#range(node, "SrcRange"),
        };
      case "IndexExpr": {
        const key = child("Key");
        const bracketSpan = this.#range(node, "BracketRange");
        const span = this.#range(node, "SrcRange");
        const step = joinedKey(key, bracketSpan);
        if (step !== undefined) return withSteps(child("Collection"), [step], span);
        const openSpan = this.#range(node, "OpenRange");
        return { kind: "index", collection: child("Collection"), key, openSpan, bracketSpan, span };
      }
      case "SplatExpr": {
        const markerSpan = this.#range(node, "MarkerRange");
        return {
          kind: "splat",
          source: child("Source"),
          each: this.#each(node["Each"] as GoObject),
          form: this.#splatForm(markerSpan),
          markerSpan,
          span: this.#range(node, "SrcRange"),
        };
      }
      case "TupleConsExpr":
        return {
          kind: "tuple",
          items: children("Exprs"),
          openSpan: this.#range(node, "OpenRange"),
          span: this.#range(node, "SrcRange"),
        };
      case "ObjectConsExpr":
        return {
          kind: "object",
          items: (fromGoSlice(node["Items"]) as GoObject[]).map((item) => this.#objectItem(item)),
          openSpan: this.#range(node, "OpenRange"),
          span: this.#range(node, "SrcRange"),
        };
      case "ForExpr":
        return this.#for(node);
      case "UnaryOpExpr": {
        const operatorSpan = this.#range(node, "SymbolRange");
        return {
          kind: "unary",
          operator: this.#text.slice(operatorSpan.start, operatorSpan.end) as "!" | "-",
          operand: child("Val"),
          operatorSpan,
          span: this.#range(node, "SrcRange"),
        };
      }
      case "BinaryOpExpr":
        return {
          kind: "binary",
          operator: this.#operatorOf.get(node["Op"])!,
          left: child("LHS"),
          right: child("RHS"),
          span: this.#range(node, "SrcRange"),
        };
      case "ParenthesesExpr":
        return { kind: "parentheses", expression: child("Expression"), span: this.#range(node, "SrcRange") };
      default:
        throw new Error(`The oracle's tree has a ${type}, which the tests do not know.`);
    }
  }

  /** A literal that is no part of a template; its kind is to be seen in the source. */
  #literal(span: Span): Expression {
    const text = this.#text.slice(span.start, span.end);
    if (text === "null") return { kind: "null", span };
    if (text === "true" || text === "false") return { kind: "bool", value: text === "true", span };
    return { kind: "number", text, span };
  }

  #splatForm(marker: Span): "attribute" | "full" {
    return this.#text.charAt(marker.start) === "." ? "attribute" : "full";
  }

  #step(step: GoObject): TraversalStep {
    const value = step["$val"] as GoObject;
    const span = this.#range(value, "SrcRange");
    if (typeName(step) === "TraverseAttr") return { kind: "attribute", name: fromGoString(value["Name"]), span };
    // The key is a cty value; its source says the same.
    const text = this.#text.slice(span.start, span.end);
    const inner = text.startsWith(".") ? text.slice(1).trim() : this.#withoutBrackets(text);
    const quoted = text.startsWith("[") && /^["<]/.test(inner);
    if (quoted) return { kind: "index", key: { kind: "string", value: goStringOf(value["Key"]) ?? "" }, span };
    if (inner === "null") return { kind: "index", key: { kind: "null", value: inner }, span };
    const kind = inner === "true" || inner === "false" ? "bool" : "number";
    return { kind: "index", key: { kind, value: inner }, span };
  }

  #withoutBrackets(text: string): string {
    return text
      .slice(1, -1)
      .replace(/\/\*[^]*?\*\/|(?:#|\/\/)[^\n]*\n/g, " ")
      .trim();
  }

  /** What a splat applies to each element: a chain of wrappers around the element's placeholder. */
  #each(node: GoObject): SplatStep[] {
    switch (typeName(node)) {
      case "AnonSymbolExpr":
        return [];
      case "RelativeTraversalExpr":
        return [
          ...this.#each(node["Source"] as GoObject),
          ...(fromGoSlice(node["Traversal"]) as GoObject[]).map((step) => this.#step(step)),
        ];
      case "IndexExpr": {
        const key = this.#expression(node["Key"] as GoObject);
        const span = this.#range(node, "BracketRange");
        const step = joinedKey(key, span) ?? ({ kind: "computed-index", key, span } as const);
        return [...this.#each(node["Collection"] as GoObject), step];
      }
      case "SplatExpr": {
        const markerSpan = this.#range(node, "MarkerRange");
        const { end } = this.#range(node, "SrcRange");
        return [
          ...this.#each(node["Source"] as GoObject),
          {
            kind: "splat",
            form: this.#splatForm(markerSpan),
            each: this.#each(node["Each"] as GoObject),
            span: { start: markerSpan.start, end },
            markerSpan,
          },
        ];
      }
      default:
        throw new Error(`A splat holds a ${typeName(node)}, which the tests do not know.`);
    }
  }

  #objectItem(item: GoObject): ObjectItem {
    const key = item["KeyExpr"] as GoObject;
    const expression = this.#expression(key["Wrapped"] as GoObject);
    const value = this.#expression(item["ValueExpr"] as GoObject);
    const { span } = expression;
    const literal =
      (expression.kind === "scope-traversal" && expression.steps.length === 0) ||
      expression.kind === "bool" ||
      expression.kind === "null";
    if (!literal) return { key: { kind: "expression", expression, span }, value };
    const name = this.#text.slice(span.start, span.end).normalize("NFC");
    return { key: { kind: "name", name, span }, value };
  }

  #for(node: GoObject): Expression {
    const optional = (field: string): Expression | undefined => {
      const value = node[field] as GoObject;
      return isNil(value) ? undefined : this.#expression(value);
    };
    const keyVariable = fromGoString(node["KeyVar"]);
    return {
      kind: "for",
      keyVariable: keyVariable === "" ? undefined : keyVariable,
      valueVariable: fromGoString(node["ValVar"]),
      collection: this.#expression(node["CollExpr"] as GoObject),
      key: optional("KeyExpr"),
      value: this.#expression(node["ValExpr"] as GoObject),
      condition: optional("CondExpr"),
      grouping: node["Group"] as boolean,
      openSpan: this.#range(node, "OpenRange"),
      closeSpan: this.#range(node, "CloseRange"),
      span: this.#range(node, "SrcRange"),
    };
  }

  #template(node: GoObject): TemplateExpression {
    const span = this.#range(node, "SrcRange");
    const open = this.#text.slice(span.start, span.start + 3);
    const form = open.startsWith('"') ? "quoted" : open === "<<-" ? "heredoc-indented" : "heredoc";
    const parts = this.#parts(node);
    const only = parts[0];
    if (parts.length === 1 && only?.kind === "literal" && only.span.start === only.span.end) {
      // HCL's place for the text of an empty template is after its end; ours is where the text would be.
      const at = form === "quoted" ? span.start + 1 : this.#text.indexOf("\n", span.start) + 1;
      return { kind: "template", parts: [{ ...only, span: { start: at, end: at } }], plain: "", form, span };
    }
    const plain = parts.length === 1 && only?.kind === "literal" ? only.value : undefined;
    return { kind: "template", parts, plain, form, span };
  }

  #parts(template: GoObject): TemplatePart[] {
    const parts: TemplatePart[] = [];
    for (const node of fromGoSlice(template["Parts"]) as GoObject[]) {
      const part = this.#part(node);
      const previous = parts.at(-1);
      // HCL joins neighbouring literals since 2.16 (hcl.md 2.4).
      if (part.kind === "literal" && previous?.kind === "literal")
        parts[parts.length - 1] = {
          kind: "literal",
          value: (previous.value + part.value).normalize("NFC"),
          span: { start: previous.span.start, end: part.span.end },
        };
      else parts.push(part);
    }
    return parts;
  }

  #part(node: GoObject): TemplatePart {
    const type = typeName(node);
    // A literal of the template itself holds a string, a literal inside `${…}` never does.
    const value = type === "LiteralValueExpr" ? goStringOf(node["Val"]) : undefined;
    if (value !== undefined) return { kind: "literal", value, span: this.#range(node, "SrcRange") };
    if (type === "ConditionalExpr" && this.#isDirective(node)) return this.#ifPart(node);
    if (type === "TemplateJoinExpr") return this.#forPart(node["Tuple"] as GoObject);
    const expression = this.#expression(node);
    return { kind: "interpolation", expression, span: this.#sequenceAround(expression.span) };
  }

  #isDirective(node: GoObject): boolean {
    const { start } = this.#range(node, "SrcRange");
    return this.#text.charAt(start) === "%";
  }

  #ifPart(node: GoObject): TemplatePart {
    const otherwise = node["FalseResult"] as GoObject;
    const span = this.#range(node, "SrcRange");
    return {
      kind: "if",
      condition: this.#expression(node["Condition"] as GoObject),
      then: this.#branch(node["TrueResult"] as GoObject),
      otherwise: this.#hasElse(node) ? this.#branch(otherwise) : undefined,
      span,
    };
  }

  /** HCL makes an empty literal where there is no `else`; the source tells it from an empty one. */
  #hasElse(node: GoObject): boolean {
    const { end } = this.#range(node["TrueResult"] as GoObject, "SrcRange");
    const rest = this.#text.slice(end, this.#range(node, "SrcRange").end);
    return /^[^%]*%\{~?\s*else/.test(rest);
  }

  #branch(template: GoObject): TemplatePart[] {
    const parts = this.#parts(template);
    const only = parts[0];
    const empty = parts.length === 1 && only?.kind === "literal" && only.span.start === only.span.end;
    return empty ? [] : parts;
  }

  #forPart(node: GoObject): TemplatePart {
    const keyVariable = fromGoString(node["KeyVar"]);
    return {
      kind: "for",
      keyVariable: keyVariable === "" ? undefined : keyVariable,
      valueVariable: fromGoString(node["ValVar"]),
      collection: this.#expression(node["CollExpr"] as GoObject),
      body: this.#branch(node["ValExpr"] as GoObject),
      openSpan: this.#range(node, "OpenRange"),
      span: this.#range(node, "SrcRange"),
    };
  }

  /** HCL's tree has no range for `${…}` as a whole; it is what stands around the expression. */
  #sequenceAround(span: Span): Span {
    const start = this.#text.lastIndexOf("${", span.start);
    const end = this.#text.indexOf("}", span.end);
    return { start, end: end + 1 };
  }
}

/** A key of several literals, which HCL joins since 2.16: then it is a literal key (hcl.md 2.4). */
function joinedKey(key: Expression, span: Span): TraversalStep | undefined {
  const part = key.kind === "template" ? key.parts[0] : undefined;
  if (key.kind !== "template" || key.parts.length !== 1 || part?.kind !== "literal") return undefined;
  return { kind: "index", key: { kind: "string", value: part.value }, span };
}

/** Steps after a traversal belong to it. */
function withSteps(source: Expression, steps: readonly TraversalStep[], span: Span): Expression {
  if (source.kind === "scope-traversal" || source.kind === "relative-traversal")
    return { ...source, steps: [...source.steps, ...steps], span };
  return { kind: "relative-traversal", source, steps, span };
}

/** GopherJS's nil interface is an object of no Go type. */
function isNil(value: GoObject): boolean {
  return (value.constructor as { string?: string }).string === undefined;
}

/** The string in a cty value, if it holds one. */
function goStringOf(value: unknown): string | undefined {
  const inner = (value as { v?: { $val?: unknown } | null }).v?.$val;
  return typeof inner === "string" ? fromGoString(inner) : undefined;
}
