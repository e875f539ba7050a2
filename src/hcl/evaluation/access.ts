// Getting at parts of values: names, attributes and indexes.
import { isInteger, sign, toInt64 } from "../bigfloat.ts";
import { parseBigFloat } from "../bigfloatText.ts";
import { convert } from "../convert.ts";
import type { Span } from "../source.ts";
import type {
  IndexExpression,
  RelativeTraversalExpression,
  ScopeTraversalExpression,
  TraversalStep,
} from "../syntax.ts";
import {
  bool,
  friendlyName,
  normalized,
  NULL,
  NUMBER,
  number,
  STRING,
  string,
  type Type,
  typeOf,
  UNKNOWN,
  unknownOf,
  type Value,
} from "../value.ts";
import { valueOf } from "./dispatch.ts";
import { lookUp, report, type Scope } from "./scope.ts";
import { didYouMean, quoted } from "./suggestion.ts";

export function scopeTraversalValue(expression: ScopeTraversalExpression, scope: Scope): Value {
  const root = lookUp(scope, expression.root);
  if (root !== undefined) return follow(root, expression.steps, scope);
  const ruled = scope.context.undefinedRoot?.(expression, scope.context.source);
  if (ruled !== undefined) {
    if (ruled.diagnostics.length > 0) scope.diagnostics.push(...ruled.diagnostics);
    return ruled.value;
  }
  report(
    scope,
    scope.context.variables.size === 0 && scope.bindings === undefined ? "Variables not allowed" : "Unknown variable",
    `Nothing here is named ${quoted(expression.root)}.${didYouMean(expression.root, scope.context.variables.keys())}`,
    expression.rootSpan,
  );
  return UNKNOWN;
}

export function relativeTraversalValue(expression: RelativeTraversalExpression, scope: Scope): Value {
  return follow(valueOf(expression.source, scope), expression.steps, scope);
}

/** Takes the steps one after the other; the first that fails ends it. */
export function follow(start: Value, steps: readonly TraversalStep[], scope: Scope): Value {
  let value = start;
  for (let index = 0; index < steps.length; index++) {
    const next = takeStep(value, steps[index]!, scope);
    if (next === undefined) return UNKNOWN;
    value = next;
  }
  return value;
}

/** One literal step; `undefined` when it fails (reported then). */
export function takeStep(value: Value, step: TraversalStep, scope: Scope): Value | undefined {
  return step.kind === "attribute"
    ? attributeOf(value, step.name, step.span, scope)
    : elementAt(value, literalKey(step.key), step.span, scope);
}

function literalKey(key: Extract<TraversalStep, { kind: "index" }>["key"]): Value {
  switch (key.kind) {
    case "number": {
      const parsed = parseBigFloat(key.value);
      return parsed === undefined ? UNKNOWN : number(parsed);
    }
    case "string":
      return string(key.value);
    case "bool":
      return bool(key.value === "true");
    case "null":
      return NULL;
  }
}

export function indexValue(expression: IndexExpression, scope: Scope): Value {
  const collection = valueOf(expression.collection, scope);
  const key = valueOf(expression.key, scope);
  return elementAt(collection, key, expression.bracketSpan, scope) ?? UNKNOWN;
}

/** `value.name`; `undefined` when there is no such thing (reported then). */
export function attributeOf(value: Value, name: string, span: Span, scope: Scope): Value | undefined {
  const key = normalized(name);
  const found = value.kind === "object" ? value.attributes.get(key) : undefined;
  if (found !== undefined) return found;
  const type = typeOf(value);
  const unsupported = (detail: string): Value | undefined => {
    report(scope, "Unsupported attribute", detail, span);
    return undefined;
  };
  if (value.kind === "null") {
    report(
      scope,
      "Attempt to get attribute from null value",
      `This is null, so it has no attribute ${quoted(key)}.`,
      span,
    );
    return undefined;
  }
  switch (type.kind) {
    case "dynamic":
      return UNKNOWN;
    case "object": {
      const attribute = type.attributes.get(key);
      if (attribute === undefined) {
        return unsupported(`There is no attribute ${quoted(key)} here.${didYouMean(key, type.attributes.keys())}`);
      }
      return value.kind === "object" ? value.attributes.get(key) : unknownOf(attribute);
    }
    case "map": {
      if (value.kind !== "map") return unknownOf(type.element);
      const element = value.entries.get(key);
      if (element === undefined) report(scope, "Missing map element", `This map has no element ${quoted(key)}.`, span);
      return element;
    }
    case "list":
    case "set":
    case "tuple":
      return unsupported(
        `A ${type.kind} has no attributes of its own. Use [*] for all of its elements, or an index for one.`,
      );
    case "bool":
    case "number":
    case "string":
      return unsupported(`A ${type.kind} has no attributes, so there is no ${quoted(key)} in it.`);
  }
}

const INVALID_INDEX = "Invalid index";

/** `value[key]`; `undefined` when there is no such element (reported then). */
export function elementAt(value: Value, key: Value, span: Span, scope: Scope): Value | undefined {
  const invalid = (detail: string): Value | undefined => {
    report(scope, INVALID_INDEX, detail, span);
    return undefined;
  };
  if (value.kind === "null") {
    report(scope, "Attempt to index null value", "This is null, so it has no elements.", span);
    return undefined;
  }
  if (key.kind === "null") return invalid("The index is null; a number or a string is needed.");
  const type = typeOf(value);
  if (type.kind === "dynamic" || typeOf(key).kind === "dynamic") return UNKNOWN;
  switch (type.kind) {
    case "list":
    case "tuple": {
      const index = convert(key, NUMBER);
      return index.ok
        ? itemAt(value, type, index.value, invalid)
        : invalid(`An index here is a number: ${index.error}.`);
    }
    case "map": {
      const name = convert(key, STRING);
      if (!name.ok) return invalid(`A key here is a string: ${name.error}.`);
      if (value.kind !== "map" || name.value.kind !== "string") return unknownOf(type.element);
      return value.entries.get(name.value.value) ?? invalid(`This map has no element ${quoted(name.value.value)}.`);
    }
    case "object": {
      const name = convert(key, STRING);
      if (!name.ok) return invalid(`The name of an attribute is a string: ${name.error}.`);
      if (value.kind !== "object" || name.value.kind !== "string") return UNKNOWN;
      const numeric = key.kind === "number" ? " Attributes are found by name, not by position." : "";
      return (
        value.attributes.get(name.value.value) ??
        invalid(`There is no attribute ${quoted(name.value.value)} here.${numeric}`)
      );
    }
    case "set":
      return invalid("The elements of a set have no position. Iterate over it, or convert it to a list first.");
    case "bool":
    case "number":
    case "string":
      return invalid(`A ${friendlyName(type)} has no elements.`);
  }
}

function itemAt(
  value: Value,
  type: Extract<Type, { kind: "list" | "tuple" }>,
  index: Value,
  invalid: (detail: string) => Value | undefined,
): Value | undefined {
  if (index.kind !== "number" || (value.kind !== "list" && value.kind !== "tuple")) {
    return type.kind === "list" ? unknownOf(type.element) : UNKNOWN;
  }
  if (!isInteger(index.value)) return invalid("An index is a whole number; this one has a fraction.");
  if (sign(index.value) < 0) return invalid("An index counts from the start, beginning at 0; this one is negative.");
  const position = toInt64(index.value);
  const item = position === undefined ? undefined : value.items[Number(position)];
  if (item !== undefined) return item;
  const count = value.items.length;
  return invalid(
    count === 0
      ? `The ${type.kind} is empty, so there is no element to take.`
      : `The ${type.kind} has ${count} element${count === 1 ? "" : "s"}; the last index is ${count - 1}.`,
  );
}
