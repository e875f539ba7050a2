// Types written as expressions: `string`, `list(number)`, `object({ a = bool })`.
import type { Diagnostic, WithDiagnostics } from "./diagnostic.ts";
import type { SourceText, Span } from "./source.ts";
import type { Expression, FunctionCallExpression, ObjectExpression } from "./syntax.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, setOf, STRING, tupleOf, type Type } from "./value.ts";

/**
 * `exact`: as in Nomad's `variable { type = … }`, where `any` and `optional()` are errors.
 * `constraint`: as in `convert(value, type)`, where they are allowed.
 */
export type TypeExpressionForm = "exact" | "constraint";

interface Reading {
  readonly source: SourceText;
  readonly form: TypeExpressionForm;
  readonly diagnostics: Diagnostic[];
}

/** Reads a type; where it is not one, an "Invalid type specification" is reported and `dynamic` stands for it. */
export function typeFromExpression(
  expression: Expression,
  source: SourceText,
  form: TypeExpressionForm,
): WithDiagnostics<Type> {
  const reading: Reading = { source, form, diagnostics: [] };
  return { value: readType(expression, reading), diagnostics: reading.diagnostics };
}

function invalid(reading: Reading, detail: string, subject: Span, context?: Span): Type {
  reading.diagnostics.push({
    severity: "error",
    summary: "Invalid type specification",
    detail,
    subject,
    ...(context && { context }),
    source: reading.source,
  });
  return DYNAMIC;
}

const primitives: ReadonlyMap<string, Type> = new Map([
  ["bool", BOOL],
  ["number", NUMBER],
  ["string", STRING],
]);

const usage: ReadonlyMap<string, string> = new Map([
  ["list", "list(…) needs one type, that of its elements, for example list(string)."],
  ["set", "set(…) needs one type, that of its elements, for example set(string)."],
  ["map", "map(…) needs one type, that of its elements, for example map(string)."],
  ["object", "object(…) needs its attributes and their types, for example object({ name = string })."],
  ["tuple", "tuple(…) needs the list of its element types, for example tuple([string, number])."],
]);

function readType(expression: Expression, reading: Reading): Type {
  const keyword = keywordOf(expression);
  if (keyword !== undefined) return readKeyword(keyword, expression.span, reading);
  if (expression.kind === "call") return readCall(expression, reading);
  return invalid(
    reading,
    "A type is bool, number or string, or is built of types: list(string), set(…), map(…), object({…}), tuple([…]).",
    expression.span,
  );
}

function keywordOf(expression: Expression): string | undefined {
  if (expression.kind === "scope-traversal" && expression.steps.length === 0) return expression.root;
  if (expression.kind === "bool") return String(expression.value);
  return expression.kind === "null" ? "null" : undefined;
}

function readKeyword(keyword: string, span: Span, reading: Reading): Type {
  const primitive = primitives.get(keyword);
  if (primitive !== undefined) return primitive;
  if (keyword === "any") {
    return reading.form === "constraint"
      ? DYNAMIC
      : invalid(reading, '"any" is not a type for a variable: name the type that its values have.', span);
  }
  return invalid(reading, usage.get(keyword) ?? `"${keyword}" is not the name of a type.`, span);
}

function readCall(call: FunctionCallExpression, reading: Reading): Type {
  const argumentsSpan = { start: call.openParenSpan.start, end: call.closeParenSpan.end };
  if (primitives.has(call.name) || call.name === "any") {
    return invalid(reading, `"${call.name}" is a type by itself: remove the parentheses.`, argumentsSpan);
  }
  const [argument, second] = call.arguments;
  const help = usage.get(call.name);
  if (help !== undefined && (argument === undefined || second !== undefined)) {
    const last = call.arguments.at(-1);
    const subject = second && last ? { start: second.span.start, end: last.span.end } : argumentsSpan;
    return invalid(reading, help, subject, argumentsSpan);
  }
  if (argument !== undefined) {
    switch (call.name) {
      case "list":
        return listOf(readType(argument, reading));
      case "set":
        return setOf(readType(argument, reading));
      case "map":
        return mapOf(readType(argument, reading));
      case "tuple":
        if (argument.kind !== "tuple") return invalid(reading, usage.get("tuple") ?? "", argument.span, call.span);
        return tupleOf(argument.items.map((item) => readType(item, reading)));
      case "object":
        if (argument.kind !== "object") return invalid(reading, usage.get("object") ?? "", argument.span, call.span);
        return readObject(argument, call.span, reading);
      default:
    }
  }
  return call.name === "optional"
    ? invalid(reading, "optional(…) may only stand for the type of an attribute in object({…}).", call.nameSpan)
    : invalid(reading, `"${call.name}" does not build a type.`, call.span);
}

function readObject(expression: ObjectExpression, whole: Span, reading: Reading): Type {
  const attributes = new Map<string, Type>();
  const optional = new Set<string>();
  for (const { key, value } of expression.items) {
    if (key.kind !== "name") {
      invalid(reading, "The names of attributes are written without quotes and parentheses.", key.span, whole);
      continue;
    }
    if (attributes.has(key.name)) {
      invalid(reading, `The attribute "${key.name}" has a type already.`, key.span, whole);
      continue;
    }
    let type = value;
    if (value.kind === "call" && value.name === "optional") {
      const inner = readOptional(value, reading);
      if (inner === undefined) continue;
      type = inner;
      optional.add(key.name);
    }
    attributes.set(key.name, readType(type, reading));
  }
  return objectOf(attributes, optional);
}

/** The type inside `optional(…)`; `undefined` when there is none (reported then). */
function readOptional(call: FunctionCallExpression, reading: Reading): Expression | undefined {
  const argumentsSpan = { start: call.openParenSpan.start, end: call.closeParenSpan.end };
  const [type] = call.arguments;
  if (type === undefined) {
    invalid(reading, "optional(…) needs the type of the attribute.", argumentsSpan, call.span);
    return undefined;
  }
  if (reading.form === "exact") {
    invalid(
      reading,
      "A variable's type must name every attribute: optional(…) is not allowed.",
      call.nameSpan,
      call.span,
    );
  } else if (call.arguments.length > 1) {
    invalid(reading, "optional(…) takes only the type of the attribute here.", argumentsSpan, call.span);
  }
  return type;
}
