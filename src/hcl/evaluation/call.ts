// Function calls: expansion of the last argument, counting, conversion of arguments, the call itself.
import { ok } from "../../base/result.ts";
import { convert } from "../convert.ts";
import type {
  CallContext,
  EagerFunction,
  FunctionDefinition,
  FunctionError,
  FunctionResult,
  LazyFunction,
  Parameter,
} from "../functions/definition.ts";
import { argumentError } from "../functions/definition.ts";
import type { Span } from "../source.ts";
import type { Expression, FunctionCallExpression } from "../syntax.ts";
import { DYNAMIC, type Type, typeOf, UNKNOWN, unknownOf, type Value } from "../value.ts";
import { bounded, spendWalk } from "../valueSize.ts";
import { valueOf } from "./dispatch.ts";
import { apart, failedSince, report, type Scope } from "./scope.ts";
import { startSpan } from "./startSpan.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/** An argument. One that `...` expanded is marked where the whole list stands. */
type Argument = { readonly expression: Expression } | { readonly value: Value; readonly span: Span };

/** The place to mark when it does not fit. */
const placeOf = (argument: Argument): Span => ("span" in argument ? argument.span : startSpan(argument.expression));

export function callValue(expression: FunctionCallExpression, scope: Scope): Value {
  const called = scope.context.functions.get(expression.name);
  if (called === undefined) {
    reportUnknown(expression, scope);
    return UNKNOWN;
  }
  const args = argumentsOf(expression, scope);
  if (args === undefined || !countFits(called, args, expression, scope)) return UNKNOWN;
  return called.kind === "lazy"
    ? lazyCall(called, args, expression, scope)
    : eagerCall(called, args, expression, scope);
}

function reportUnknown(expression: FunctionCallExpression, scope: Scope): void {
  const { name } = expression;
  const namespace = /^(.*::)/.exec(name)?.[1];
  const detail =
    namespace === undefined
      ? `There is no function ${quoted(name)}.${didYouMean(name, scope.context.functions.keys())}`
      : `There are no functions in a namespace ${quoted(namespace)}.`;
  report(scope, "Call to unknown function", detail, expression.nameSpan, expression.span);
}

/** The arguments after expansion of `...`; `undefined` when it is unknown or wrong (reported then). */
function argumentsOf(expression: FunctionCallExpression, scope: Scope): Argument[] | undefined {
  const args: Argument[] = expression.arguments.map((argument) => ({ expression: argument }));
  const last = expression.arguments.at(-1);
  if (!expression.expandFinal || last === undefined) return args;
  const mark = scope.diagnostics.length;
  const expanded = valueOf(last, scope);
  if (failedSince(scope, mark)) return undefined;
  const type = typeOf(expanded);
  const isSequence = type.kind === "list" || type.kind === "set" || type.kind === "tuple";
  if (expanded.kind === "null" && (isSequence || type.kind === "dynamic")) {
    reportExpansion("it is null", last.span, expression, scope);
    return undefined;
  }
  if (!isSequence) {
    if (type.kind !== "dynamic") reportExpansion(`this is a ${type.kind}`, last.span, expression, scope);
    return undefined;
  }
  if (!("items" in expanded)) return undefined;
  args.pop();
  for (const value of expanded.items) args.push({ value, span: last.span });
  return args;
}

const reportExpansion = (reason: string, span: Span, call: FunctionCallExpression, scope: Scope): void =>
  report(
    scope,
    "Invalid expanding argument value",
    `An argument followed by "..." must be a list, set or tuple: ${reason}.`,
    span,
    call.span,
  );

function countFits(
  called: FunctionDefinition,
  args: readonly Argument[],
  expression: FunctionCallExpression,
  scope: Scope,
): boolean {
  const missing = called.parameters[args.length];
  if (missing !== undefined) {
    report(
      scope,
      "Not enough function arguments",
      `${signature(called)} also needs "${missing.name}".`,
      expression.closeParenSpan,
      expression.span,
    );
    return false;
  }
  const extra = args[called.parameters.length];
  if (extra !== undefined && called.variadic === undefined) {
    report(
      scope,
      "Too many function arguments",
      `${signature(called)} takes no more than ${called.parameters.length} argument${called.parameters.length === 1 ? "" : "s"}.`,
      placeOf(extra),
      expression.span,
    );
    return false;
  }
  return true;
}

/** `name(first, second…)`, as diagnostics name a function. */
function signature(called: FunctionDefinition): string {
  const names = called.parameters.map(({ name }) => name);
  if (called.variadic !== undefined) names.push(`${called.variadic.name}...`);
  return `${called.name}(${names.join(", ")})`;
}

const parameterAt = (called: FunctionDefinition, index: number): Parameter | undefined =>
  called.parameters[index] ?? called.variadic;

/** The result of a call, after its size is charged for. */
function made(value: Value, scope: Scope): Value {
  spendWalk(scope.budget, [bounded(value)]);
  return value;
}

function eagerCall(
  called: EagerFunction,
  args: readonly Argument[],
  expression: FunctionCallExpression,
  scope: Scope,
): Value {
  const mark = scope.diagnostics.length;
  const values = args.map((argument, i) => {
    const given = "value" in argument ? argument.value : valueOf(argument.expression, scope);
    const wanted = parameterAt(called, i)?.type ?? DYNAMIC;
    const converted = convert(given, wanted);
    if (converted.ok) return converted.value;
    reportFailure({ reason: converted.error, argument: i }, called, args, expression, scope);
    return unknownOf(wanted);
  });
  if (failedSince(scope, mark)) return UNKNOWN;
  spendWalk(scope.budget, values);
  const result = callFunction(called, values, { budget: scope.budget, files: scope.context.files });
  if (result.ok) return made(result.value, scope);
  reportFailure(result.error, called, args, expression, scope);
  return UNKNOWN;
}

/**
 * Calls a function on values that have its parameters' types: nulls are refused, unknown arguments make an unknown
 * result of the type that the call would have, unless the parameter says otherwise.
 */
export function callFunction(
  called: EagerFunction,
  args: readonly Value[],
  context: Omit<CallContext, "returnType">,
): FunctionResult {
  let known = true;
  for (let i = 0; i < args.length; i++) {
    const value = args[i]!;
    if (value.kind !== "null" && value.kind !== "unknown") continue;
    const parameter = parameterAt(called, i);
    if (value.kind === "null" && parameter?.allowNull !== true) return argumentError(i, "it must not be null");
    if (value.type.kind === "dynamic" && parameter?.allowDynamic !== true) return ok(UNKNOWN);
    if (value.kind === "unknown" && parameter?.allowUnknown !== true) known = false;
  }
  const type: FunctionResult<Type> = called.resultType?.(args) ?? ok(called.returnType);
  if (!type.ok) return type;
  if (!known) return ok(unknownOf(type.value));
  return called.implementation(args, { ...context, returnType: type.value });
}

function lazyCall(
  called: LazyFunction,
  args: readonly Argument[],
  expression: FunctionCallExpression,
  scope: Scope,
): Value {
  const { result, diagnostics } = called.implementation(args, {
    budget: scope.budget,
    source: scope.context.source,
    evaluate: (argument) => {
      if ("value" in argument) return { value: argument.value, diagnostics: [] };
      const inner = apart(scope);
      return { value: valueOf(argument.expression, inner), diagnostics: inner.diagnostics };
    },
  });
  const mark = scope.diagnostics.length;
  scope.diagnostics.push(...diagnostics);
  if (failedSince(scope, mark)) return UNKNOWN;
  if (result.ok) return made(result.value, scope);
  reportFailure(result.error, called, args, expression, scope);
  return UNKNOWN;
}

function reportFailure(
  { reason, argument }: FunctionError,
  called: FunctionDefinition,
  args: readonly Argument[],
  expression: FunctionCallExpression,
  scope: Scope,
): void {
  const at = argument === undefined ? undefined : args[argument];
  if (argument === undefined) {
    report(scope, "Error in function call", `${called.name}(): ${reason}.`, startSpan(expression), expression.span);
    return;
  }
  const name = parameterAt(called, argument)?.name ?? String(argument + 1);
  report(
    scope,
    "Invalid function argument",
    `${called.name}(): the argument "${name}" does not fit: ${reason}.`,
    at === undefined ? expression.span : placeOf(at),
    expression.span,
  );
}
