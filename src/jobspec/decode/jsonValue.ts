// Values in HCL's JSON form: strings are templates, arrays tuples, objects objects. Nomad: hcl/json's expression.
import { parseBigFloat } from "../../hcl/bigfloatText.ts";
import { hasErrors, type Diagnostic, type WithDiagnostics } from "../../hcl/diagnostic.ts";
import type { JsonMember, JsonNode } from "../../hcl/json.ts";
import { NumberNode, PlainString } from "../../hcl/nodes.ts";
import { parseExpressionText, parseTemplateText } from "../../hcl/parser.ts";
import { SourceText, type Span } from "../../hcl/source.ts";
import type { Expression } from "../../hcl/syntax.ts";
import { bool, NULL, number, object, string, tuple, UNKNOWN, type Value } from "../../hcl/value.ts";
import type { Readable } from "./body.ts";
import { evaluateIn, withName, type Scope } from "./scope.ts";

type JsonString = Extract<JsonNode, { kind: "string" }>;

/** HCL's StartRange: the opening bracket of objects and arrays, the whole of anything else. */
export const startOf = (node: JsonNode): Span =>
  node.kind === "object" || node.kind === "array" ? node.openSpan : node.span;

export function readJsonValue(node: JsonNode, scope: Scope): Readable {
  return {
    span: node.span,
    syntax: undefined,
    get staticSyntax() {
      return node.kind === "string" ? staticExpression(node, scope) : undefined;
    },
    startSpan: () => startOf(node),
    evaluate: () => evaluateJson(node, scope),
    evaluateWith: (context) => evaluateJson(node, { ...scope, context: { ...context, source: scope.source } }),
    trees: () => templatesIn(node, scope),
    withName: (name, value) => readJsonValue(node, withName(scope, name, value)),
    items: () => (node.kind === "array" ? node.items.map((item) => readJsonValue(item, scope)) : undefined),
    entries: () =>
      node.kind === "object"
        ? node.members.map(({ name, nameSpan, value }) => ({
            key: name,
            keySpan: nameSpan,
            value: readJsonValue(value, scope),
          }))
        : undefined,
  };
}

/** A string that stands for a type or a name: its text as an expression, whose places HCL counts from the quote on. */
function staticExpression(node: JsonString, { source }: Scope): Expression | undefined {
  const { value, diagnostics } = parseExpressionText(new SourceText(source.name, node.value), "strict");
  return hasErrors(diagnostics) ? undefined : moved(value, node.span.start);
}

function evaluateJson(node: JsonNode, scope: Scope): WithDiagnostics<Value> {
  const diagnostics: Diagnostic[] = [];
  return { value: valueOf(node, scope, diagnostics), diagnostics };
}

function valueOf(node: JsonNode, scope: Scope, diagnostics: Diagnostic[]): Value {
  switch (node.kind) {
    case "null":
      return NULL;
    case "bool":
      return bool(node.value);
    case "number": {
      const parsed = parseBigFloat(node.text);
      return parsed === undefined ? UNKNOWN : number(parsed);
    }
    case "string":
      return templateValue(node, scope, diagnostics);
    case "array":
      return tuple(node.items.map((item) => valueOf(item, scope, diagnostics)));
    case "object":
      return objectValue(node.members, scope, diagnostics);
  }
}

/**
 * A string is a template, where names are known at all. Places inside it are counted from its quote as if it had no JSON
 * escapes, as HCL counts them.
 */
function templateValue(node: JsonString, scope: Scope, diagnostics: Diagnostic[]): Value {
  if (scope.context === undefined || !mayHoldTemplate(node)) return string(node.value);
  const parsed = templateOf(node, scope);
  diagnostics.push(...parsed.diagnostics);
  if (hasErrors(parsed.diagnostics)) return UNKNOWN;
  const evaluated = evaluateIn(parsed.value, scope);
  diagnostics.push(...evaluated.diagnostics);
  return evaluated.value;
}

const mayHoldTemplate = ({ value }: JsonString): boolean => /[$%]/.test(value);

function templateOf(node: JsonString, { source }: Scope): WithDiagnostics<Expression> {
  const offset = node.span.start + 1;
  const { value, diagnostics } = parseTemplateText(new SourceText(source.name, node.value));
  return {
    value: moved(value, offset),
    diagnostics: diagnostics.map((diagnostic) => ({ ...moved(diagnostic, offset), source })),
  };
}

function templatesIn(node: JsonNode, scope: Scope): readonly Expression[] {
  switch (node.kind) {
    case "string":
      return mayHoldTemplate(node) ? [templateOf(node, scope).value] : [];
    case "array":
      return node.items.flatMap((item) => templatesIn(item, scope));
    case "object":
      return node.members.flatMap(({ value }) => templatesIn(value, scope));
    case "number":
    case "bool":
    case "null":
      return [];
  }
}

function objectValue(members: readonly JsonMember[], scope: Scope, diagnostics: Diagnostic[]): Value {
  const attributes = new Map<string, Value>();
  for (const { name, nameSpan, value } of members) {
    const key = templateValue({ kind: "string", value: name, span: nameSpan }, scope, diagnostics);
    const item = valueOf(value, scope, diagnostics);
    if (key.kind === "unknown") continue;
    const text = key.kind === "string" ? key.value : undefined;
    if (text === undefined || attributes.has(text)) {
      diagnostics.push({
        severity: "error",
        summary: text === undefined ? "Invalid object key expression" : "Duplicate object attribute",
        detail: text === undefined ? "A key must be a string." : `The object has ${JSON.stringify(text)} already.`,
        subject: nameSpan,
        source: scope.source,
      });
    } else attributes.set(text, item);
  }
  return object(attributes);
}

/** The same tree or diagnostic with every span moved. */
function moved<T>(node: T, offset: number): T {
  if (Array.isArray(node)) return node.map((item: unknown) => moved(item, offset)) as T;
  if (node === null || typeof node !== "object" || node instanceof SourceText) return node;
  if (node instanceof PlainString || node instanceof NumberNode) return node.moved(offset) as T;
  if ("start" in node && "end" in node && typeof node.start === "number" && typeof node.end === "number") {
    return { ...node, start: node.start + offset, end: node.end + offset };
  }
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => [key, moved(value, offset)]);
  return Object.fromEntries(entries) as T;
}
