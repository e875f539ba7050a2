// `dynamic` blocks: one block for each element of a collection. Nomad: HCL's dynblock.
import { convert } from "../../hcl/convert.ts";
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import type { Span } from "../../hcl/source.ts";
import { friendlyName, integer, object, STRING, string, typeOf, UNKNOWN, type Value } from "../../hcl/value.ts";
import { bodyWithLabels, bodyWithoutLabels, dynamicBlock } from "../schema/dynamic.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import type { BodyContents, Readable, ReadableBlock, Report } from "./body.ts";
import type { Scope } from "./scope.ts";
import { unsupportedBlock } from "./unsupported.ts";

/** A block costs about as much as this many small expressions; so a file can make some 15,000 of them. */
const UNITS_PER_BLOCK = 200;

/** The schema of a block type in a body; in the job `dynamic` may stand in every body. */
export function blockSchemaOf(type: string, scope: Scope, parent: BodySchema): BlockSchema | undefined {
  return type === "dynamic" && scope.place === "job" ? dynamicBlock : parent.blocks.get(type);
}

/** Blocks by type, in order, with dynamic ones replaced by what they make. */
export function arrangeBlocks(
  blocks: readonly ReadableBlock[],
  scope: Scope,
  parent: BodySchema,
  report: Report,
): BodyContents["blocks"] {
  const byType = new Map<string, ReadableBlock[]>();
  const add = (one: ReadableBlock): void => {
    const list = byType.get(one.type);
    if (list === undefined) byType.set(one.type, [one]);
    else list.push(one);
  };
  for (const one of blocks) {
    if (one.type === "dynamic" && scope.place === "job") expandDynamic(one, scope, parent, report).forEach(add);
    else add(one);
  }
  return byType;
}

interface Plan {
  readonly dynamic: ReadableBlock;
  readonly schema: BlockSchema;
  readonly content: ReadableBlock;
  readonly forEach: Readable;
  readonly iterator: string;
  readonly labels: readonly Readable[];
  readonly scope: Scope;
  readonly report: Report;
}

/** Makes the blocks of one `dynamic` block; mistakes are reported and make none. */
function expandDynamic(
  dynamic: ReadableBlock,
  scope: Scope,
  parent: BodySchema,
  report: Report,
): readonly ReadableBlock[] {
  const type = dynamic.labels[0] ?? "";
  const schema = parent.blocks.get(type);
  if (schema === undefined) {
    report(unsupportedBlock(scope.source, { name: type, span: dynamic.labelSpans[0] ?? dynamic.defSpan }, parent));
    return [];
  }
  const plan = readPlan(dynamic, schema, scope, report);
  return plan === undefined ? [] : makeBlocks(plan);
}

function readPlan(dynamic: ReadableBlock, schema: BlockSchema, scope: Scope, report: Report): Plan | undefined {
  const problems: Diagnostic[] = [];
  const fail = (diagnostic: Diagnostic): void => {
    problems.push(diagnostic);
    report(diagnostic);
  };
  const { attributes, blocks } = dynamic.body.content(
    schema.labels.length > 0 ? bodyWithLabels : bodyWithoutLabels,
    fail,
  );
  if (problems.length > 0) return undefined;
  const content = readContent(dynamic, blocks.get("content") ?? [], scope, fail);
  const iterator = readIterator(attributes.get("iterator")?.value, schema.name, scope, fail);
  const labels = readLabels(attributes.get("labels")?.value, schema, scope, fail);
  const forEach = attributes.get("for_each")?.value;
  if (problems.length > 0 || content === undefined || forEach === undefined) return undefined;
  return { dynamic, schema, content, forEach, iterator, labels, scope, report };
}

const problem = ({ source }: Scope, subject: Span, summary: string, detail: string): Diagnostic => ({
  severity: "error",
  summary,
  detail,
  subject,
  source,
});

function readContent(
  dynamic: ReadableBlock,
  contents: readonly ReadableBlock[],
  scope: Scope,
  report: Report,
): ReadableBlock | undefined {
  const [first, second] = contents;
  if (second !== undefined) {
    const detail = "A dynamic block has one content block. Put everything into one of them.";
    report(problem(scope, second.typeSpan, "Extraneous dynamic content block", detail));
  }
  if (first === undefined) {
    const detail = "Add content { … }: it is the body of each block that is made.";
    report(problem(scope, dynamic.body.missingSpan, "Missing dynamic content block", detail));
  }
  return first;
}

/** The iterator is a bare name. */
function readIterator(readable: Readable | undefined, type: string, scope: Scope, report: Report): string {
  if (readable === undefined) return type;
  const expression = readable.staticSyntax;
  if (expression?.kind !== "scope-traversal") {
    const detail = "The iterator is a bare name, without quotes: iterator = item.";
    report(problem(scope, readable.span, "Invalid expression", detail));
  } else if (expression.steps.length > 0) {
    const detail = "The iterator is one name, without dots.";
    report(problem(scope, readable.span, "Invalid dynamic iterator name", detail));
  } else return expression.root;
  return type;
}

/** Labels are written as a literal list, one expression for each label of the block's type. */
function readLabels(
  readable: Readable | undefined,
  schema: BlockSchema,
  scope: Scope,
  report: Report,
): readonly Readable[] {
  if (readable === undefined) return [];
  const items = readable.items();
  if (items === undefined) {
    report(problem(scope, readable.startSpan(), "Invalid expression", "Write the labels as a list: labels = [ … ]."));
    return [];
  }
  const wanted = schema.labels.length;
  const extra = items[wanted];
  const count = wanted === 1 ? "one label" : `${wanted} labels`;
  if (extra !== undefined) {
    const detail = `${schema.name} blocks have ${count}. Remove what is too much.`;
    report(problem(scope, extra.span, "Extraneous dynamic block label", detail));
  } else if (items.length < wanted) {
    const detail = `${schema.name} blocks have ${count}.`;
    report(problem(scope, readable.span, "Insufficient dynamic block labels", detail));
  }
  return items;
}

interface Element {
  readonly key: Value;
  readonly value: Value;
}

function makeBlocks(plan: Plan): readonly ReadableBlock[] {
  const { scope, forEach, report } = plan;
  const { value, diagnostics } = forEach.evaluate();
  for (const diagnostic of diagnostics) report(diagnostic);
  if (hasErrors(diagnostics)) return [];
  const elements = elementsOf(value);
  if (elements === undefined) {
    const detail =
      value.kind === "null"
        ? "for_each must not be null; an empty list makes no blocks."
        : `for_each takes a list, set, map or object, not a ${friendlyName(typeOf(value))}.`;
    report(problem(scope, forEach.span, "Invalid dynamic for_each value", detail));
    return [];
  }
  const made: ReadableBlock[] = [];
  for (const element of elements) {
    const spent = spendBlock(scope);
    if (spent === "just now") {
      const detail =
        "The dynamic blocks of this file make more blocks than can be handled. Make their collections smaller.";
      report(problem(scope, forEach.span, "Evaluation limit exceeded", detail));
    }
    if (spent !== "no") break;
    const one = makeBlock(plan, element);
    if (one !== undefined) made.push(one);
  }
  return made;
}

/** Takes one block from the work that is allowed for the file; tells whether that was too much. */
function spendBlock({ context }: Scope): "no" | "just now" | "long ago" {
  const budget = context?.budget;
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

function makeBlock(plan: Plan, { key, value }: Element): ReadableBlock | undefined {
  const { dynamic, content, iterator } = plan;
  const item = object([
    ["key", key],
    ["value", value],
  ]);
  const labels: string[] = [];
  for (const readable of plan.labels) {
    const text = labelText(readable.withName(iterator, item), plan);
    if (text === undefined) return undefined;
    labels.push(text);
  }
  return {
    type: plan.schema.name,
    labels,
    body: content.body.withName(iterator, item),
    typeSpan: dynamic.labelSpans[0] ?? dynamic.typeSpan,
    labelSpans: plan.labels.map(({ span }) => span),
    defSpan: dynamic.defSpan,
    span: dynamic.span,
  };
}

/** The text of a label; an unknown one stands as nothing, in the editor. */
function labelText(readable: Readable, { scope, report }: Plan): string | undefined {
  const { value, diagnostics } = readable.evaluate();
  for (const diagnostic of diagnostics) report(diagnostic);
  if (hasErrors(diagnostics)) return undefined;
  if (value.kind === "unknown") return "";
  const converted = convert(value, STRING);
  if (converted.ok && converted.value.kind === "string") return converted.value.value;
  const detail = converted.ok ? "A label must not be null." : `A label is a string: ${converted.error}.`;
  report(problem(scope, readable.span, "Invalid dynamic block label", detail));
  return undefined;
}
