// `dynamic` blocks: one block for each element of a collection. Nomad: HCL's dynblock.
import { convert } from "../../hcl/convert.ts";
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../../hcl/evaluate.ts";
import { startSpan } from "../../hcl/evaluation/startSpan.ts";
import type { Span } from "../../hcl/source.ts";
import type { Attribute, Block, Expression } from "../../hcl/syntax.ts";
import { friendlyName, integer, object, STRING, string, typeOf, UNKNOWN, type Value } from "../../hcl/value.ts";
import { attribute, block, body, label } from "../schema/types.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import type { Report } from "./body.ts";
import { labelProblem, missingArgument, unsupportedArgument, unsupportedBlock } from "./unsupported.ts";

export interface MadeBlock {
  readonly block: Block;
  /** The context of its content, with the iterator. */
  readonly context: EvaluationContext;
}

/** A block costs about as much as this many small expressions; so a file can make some 30,000 of them. */
const UNITS_PER_BLOCK = 100;

const LABELS = [label("type", undefined, "The type of the blocks to make.", { tag: "type" })];

const contentBlock = block("content", undefined, body("", []), "The body of each block.");

/** What stands inside a `dynamic` block, for reading it and for the editor. */
export const dynamicBody: BodySchema = body("/nomad/docs/reference/hcl2/expressions#dynamic-blocks", [
  attribute("for_each", undefined, "any", "The collection: one block for each of its elements.", { required: true }),
  attribute("iterator", undefined, "any", "The name of the current element in `content`; the block's type by default."),
  attribute("labels", undefined, "any", "The labels of each block, as a list of expressions."),
  contentBlock,
]);

interface Plan {
  readonly dynamic: Block;
  readonly schema: BlockSchema;
  readonly content: Block;
  readonly forEach: Attribute;
  readonly iterator: string;
  readonly labels: readonly Expression[];
  readonly context: EvaluationContext;
  readonly report: Report;
}

/** Makes the blocks of one `dynamic` block; mistakes are reported and make none. */
export function expandDynamic(
  dynamic: Block,
  context: EvaluationContext,
  parent: BodySchema,
  report: Report,
): readonly MadeBlock[] {
  const wrong = labelProblem(context.source, dynamic, { labels: LABELS });
  if (wrong !== undefined) {
    report(wrong);
    return [];
  }
  const type = dynamic.labels[0] ?? "";
  const schema = parent.blocks.get(type);
  if (schema === undefined) {
    report(unsupportedBlock(context.source, { name: type, span: dynamic.labelSpans[0] ?? dynamic.defSpan }, parent));
    return [];
  }
  const plan = readPlan(dynamic, schema, context, report);
  return plan === undefined ? [] : makeBlocks(plan);
}

function readPlan(dynamic: Block, schema: BlockSchema, context: EvaluationContext, report: Report): Plan | undefined {
  const before: Diagnostic[] = [];
  const fail = (diagnostic: Diagnostic): void => {
    before.push(diagnostic);
    report(diagnostic);
  };
  const { source } = context;
  const arguments_ = new Map(dynamic.body.attributes.map((found) => [found.name, found]));
  for (const { name, nameSpan } of dynamic.body.attributes) {
    const known = dynamicBody.attributes.has(name) && (name !== "labels" || schema.labels.length > 0);
    if (!known) fail(unsupportedArgument(source, { name, span: nameSpan }, dynamicBody));
  }
  const missingAt = { start: dynamic.body.span.start, end: dynamic.body.span.start };
  for (const name of schema.labels.length > 0 ? ["for_each", "labels"] : ["for_each"]) {
    if (!arguments_.has(name)) fail(missingArgument(source, name, missingAt));
  }
  for (const found of dynamic.body.blocks) {
    if (found.type !== "content")
      fail(unsupportedBlock(source, { name: found.type, span: found.typeSpan }, dynamicBody));
    else reportIfAny(labelProblem(source, found, contentBlock), fail);
  }
  if (before.length > 0) return undefined;
  const content = readContent(dynamic, context, fail, missingAt);
  const iterator = readIterator(arguments_.get("iterator"), schema.name, context, fail);
  const labels = readLabels(arguments_.get("labels"), schema, context, fail);
  const forEach = arguments_.get("for_each");
  if (before.length > 0 || content === undefined || forEach === undefined) return undefined;
  return { dynamic, schema, content, forEach, iterator, labels, context, report };
}

function reportIfAny(diagnostic: Diagnostic | undefined, report: Report): void {
  if (diagnostic !== undefined) report(diagnostic);
}

const problem = (context: EvaluationContext, subject: Span, summary: string, detail: string): Diagnostic => ({
  severity: "error",
  summary,
  detail,
  subject,
  source: context.source,
});

function readContent(dynamic: Block, context: EvaluationContext, report: Report, missingAt: Span): Block | undefined {
  const [first, second] = dynamic.body.blocks;
  if (second !== undefined) {
    const detail = "A dynamic block has one content block. Put everything into one of them.";
    report(problem(context, second.typeSpan, "Extraneous dynamic content block", detail));
  }
  if (first === undefined) {
    const detail = "Add content { … }: it is the body of each block that is made.";
    report(problem(context, missingAt, "Missing dynamic content block", detail));
  }
  return first;
}

/** The iterator is a bare name. */
function readIterator(
  attribute_: Attribute | undefined,
  type: string,
  context: EvaluationContext,
  report: Report,
): string {
  if (attribute_ === undefined) return type;
  const { expression } = attribute_;
  if (expression.kind !== "scope-traversal") {
    const detail = "The iterator is a bare name, without quotes: iterator = item.";
    report(problem(context, expression.span, "Invalid expression", detail));
  } else if (expression.steps.length > 0) {
    const detail = "The iterator is one name, without dots.";
    report(problem(context, expression.span, "Invalid dynamic iterator name", detail));
  } else return expression.root;
  return type;
}

/** Labels are written as a literal list, one expression for each label of the block's type. */
function readLabels(
  attribute_: Attribute | undefined,
  schema: BlockSchema,
  context: EvaluationContext,
  report: Report,
): readonly Expression[] {
  if (attribute_ === undefined || schema.labels.length === 0) return [];
  const { expression } = attribute_;
  if (expression.kind !== "tuple") {
    report(
      problem(context, startSpan(expression), "Invalid expression", "Write the labels as a list: labels = [ … ]."),
    );
    return [];
  }
  const wanted = schema.labels.length;
  const extra = expression.items[wanted];
  const count = wanted === 1 ? "one label" : `${wanted} labels`;
  if (extra !== undefined) {
    const detail = `${schema.name} blocks have ${count}. Remove what is too much.`;
    report(problem(context, extra.span, "Extraneous dynamic block label", detail));
  } else if (expression.items.length < wanted) {
    const detail = `${schema.name} blocks have ${count}.`;
    report(problem(context, expression.span, "Insufficient dynamic block labels", detail));
  }
  return expression.items;
}

interface Element {
  readonly key: Value;
  readonly value: Value;
}

function makeBlocks(plan: Plan): readonly MadeBlock[] {
  const { context, forEach, report } = plan;
  const { value, diagnostics } = evaluate(forEach.expression, context);
  for (const diagnostic of diagnostics) report(diagnostic);
  if (hasErrors(diagnostics)) return [];
  const elements = elementsOf(value);
  if (elements === undefined) {
    const detail =
      value.kind === "null"
        ? "for_each must not be null; an empty list makes no blocks."
        : `for_each takes a list, set, map or object, not a ${friendlyName(typeOf(value))}.`;
    report(problem(context, forEach.expression.span, "Invalid dynamic for_each value", detail));
    return [];
  }
  const made: MadeBlock[] = [];
  for (const element of elements) {
    const spent = spendBlock(context);
    if (spent === "just now") {
      const detail = `The dynamic blocks of this file make more blocks than can be handled. Make their collections smaller.`;
      report(problem(context, forEach.expression.span, "Evaluation limit exceeded", detail));
    }
    if (spent !== "no") break;
    const one = makeBlock(plan, element);
    if (one !== undefined) made.push(one);
  }
  return made;
}

/** Takes one block from the work that is allowed for the file; tells whether that was too much. */
function spendBlock({ budget }: EvaluationContext): "no" | "just now" | "long ago" {
  if (budget === undefined) return "no";
  if (budget.left < 0) return "long ago";
  budget.left -= UNITS_PER_BLOCK;
  return budget.left < 0 ? "just now" : "no";
}

/** The elements in HCL's order; of an unknown collection one of which nothing is known, so that its content is still looked at. */
function elementsOf(value: Value): readonly Element[] | undefined {
  switch (value.kind) {
    case "list":
    case "tuple":
      return value.items.map((item, index) => ({ key: integer(index), value: item }));
    case "set":
      return value.items.map((item) => ({ key: item, value: item }));
    case "map":
      return [...value.entries].map(([key, item]) => ({ key: string(key), value: item }));
    case "object":
      return [...value.attributes].map(([key, item]) => ({ key: string(key), value: item }));
    case "unknown":
      return [{ key: UNKNOWN, value: UNKNOWN }];
    case "null":
    case "bool":
    case "number":
    case "string":
      return undefined;
  }
}

function makeBlock(plan: Plan, { key, value }: Element): MadeBlock | undefined {
  const item = object([
    ["key", key],
    ["value", value],
  ]);
  const context = { ...plan.context, variables: new Map([...plan.context.variables, [plan.iterator, item]]) };
  const labels: string[] = [];
  for (const expression of plan.labels) {
    const text = labelText(expression, context, plan.report);
    if (text === undefined) return undefined;
    labels.push(text);
  }
  const { dynamic, content } = plan;
  return {
    context,
    block: {
      type: plan.schema.name,
      labels,
      body: content.body,
      typeSpan: dynamic.labelSpans[0] ?? dynamic.typeSpan,
      labelSpans: plan.labels.map(({ span }) => span),
      openBraceSpan: content.openBraceSpan,
      closeBraceSpan: content.closeBraceSpan,
      defSpan: dynamic.defSpan,
      span: dynamic.span,
    },
  };
}

/** The text of a label; an unknown one stands as nothing, in the editor. */
function labelText(expression: Expression, context: EvaluationContext, report: Report): string | undefined {
  const { value, diagnostics } = evaluate(expression, context);
  for (const diagnostic of diagnostics) report(diagnostic);
  if (hasErrors(diagnostics)) return undefined;
  if (value.kind === "unknown") return "";
  const converted = convert(value, STRING);
  if (converted.ok && converted.value.kind === "string") return converted.value.value;
  const detail = converted.ok ? "A label must not be null." : `A label is a string: ${converted.error}.`;
  report(problem(context, expression.span, "Invalid dynamic block label", detail));
  return undefined;
}
