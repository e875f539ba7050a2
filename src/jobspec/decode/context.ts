// What travels through decoding, and how one argument becomes one value with its origin.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import type { Value } from "../../hcl/value.ts";
import { OriginNode } from "../origin.ts";
import type { AttributeSchema } from "../schema/index.ts";
import type { Readable, ReadableAttribute, ReadableBlock, Report } from "./body.ts";
import { toApiValue } from "./values.ts";

export interface Decoding {
  readonly source: SourceText;
  /** In the editor an unknown value is no mistake: its variable has no value yet. */
  readonly mode: "strict" | "editor";
  readonly report: Report;
  /** Nomad evaluates free-form bodies last, and only when there is no other error. */
  readonly reportFreeForm: Report;
}

/** A decoded block or value, with its branch of the origins not yet hung up. */
export interface Decoded<T = unknown> {
  readonly value: T;
  readonly origin: OriginNode;
}

export type ApiObject = Record<string, unknown>;

export function errorAt(
  context: Pick<Decoding, "source">,
  subject: Diagnostic["subject"],
  summary: string,
  detail: string,
): Diagnostic {
  const base = { severity: "error", summary, detail, source: context.source } as const;
  return subject === undefined ? base : { ...base, subject };
}

/** What Nomad accepts and then does not do as it is written. */
export function droppedAt(context: Pick<Decoding, "source">, subject: Span, detail: string): Diagnostic {
  return { severity: "warning", summary: "Dropped by Nomad", detail, subject, source: context.source };
}

export function changedAt(context: Pick<Decoding, "source">, subject: Span, detail: string): Diagnostic {
  return { severity: "warning", summary: "Changed by Nomad", detail, subject, source: context.source };
}

/** Evaluates an argument, reporting what goes wrong on the way. */
export function evaluateReadable(readable: Readable, report: Report): Value {
  const { value, diagnostics } = readable.evaluate();
  for (const diagnostic of diagnostics) report(diagnostic);
  return value;
}

/** The origin of an argument's value, with places for the elements of a literal list or object. */
export function attributeOrigin(context: Decoding, attribute: ReadableAttribute, value: Value): OriginNode {
  const node = readableOrigin(context, attribute.value, value);
  const origin = node.origin;
  if (origin !== undefined) node.origin = { ...origin, nameSpan: attribute.nameSpan, wholeSpan: attribute.span };
  return node;
}

/** The origin of a value that stands by itself. */
export function readableOrigin(context: Decoding, readable: Readable, value: Value): OriginNode {
  const origin = { source: context.source, span: readable.span, wholeSpan: readable.span, value };
  const node = new OriginNode(readable.syntax === undefined ? origin : { ...origin, expression: readable.syntax });
  addElementOrigins(context, node, readable, value);
  return node;
}

function addElementOrigins(context: Decoding, node: OriginNode, readable: Readable, value: Value): void {
  if (value.kind === "tuple" || value.kind === "list") {
    const items = readable.items();
    if (items?.length !== value.items.length) return;
    for (const [index, item] of items.entries()) {
      const element = value.items[index];
      if (element !== undefined) node.attach(index, readableOrigin(context, item, element));
    }
    return;
  }
  if (value.kind !== "object" && value.kind !== "map") return;
  const values = value.kind === "object" ? value.attributes : value.entries;
  for (const entry of readable.entries() ?? []) {
    const element = values.get(entry.key);
    if (element === undefined) continue;
    const child = readableOrigin(context, entry.value, element);
    if (child.origin !== undefined) {
      const wholeSpan = { start: entry.keySpan.start, end: entry.value.span.end };
      child.origin = { ...child.origin, nameSpan: entry.keySpan, wholeSpan };
    }
    node.attach(entry.key, child);
  }
}

/** The origin of a block: its header. */
export function blockOrigin(context: Decoding, block: ReadableBlock): OriginNode {
  return new OriginNode({
    source: context.source,
    span: block.defSpan,
    nameSpan: block.typeSpan,
    wholeSpan: block.span,
  });
}

/** Decodes an argument to its API type; a value that does not fit is reported and becomes the absent value. */
export function decodeAttribute(context: Decoding, attribute: ReadableAttribute, schema: AttributeSchema): Decoded {
  const value = evaluateReadable(attribute.value, context.report);
  const origin = attributeOrigin(context, attribute, value);
  const converted = toApiValue(value, schema);
  switch (converted.kind) {
    case "value":
      if (converted.changed !== undefined) context.report(changedAt(context, attribute.value.span, converted.changed));
      return { value: converted.value, origin };
    case "refused":
      context.report(errorAt(context, attribute.value.startSpan(), converted.summary, converted.detail));
      return { value: schema.absent, origin };
    case "unknown":
      if (context.mode === "strict") {
        const detail = "The value is not known, so it has no place in the job. See the other errors about it.";
        context.report(errorAt(context, attribute.value.startSpan(), "Unsuitable value type", detail));
      }
      return { value: schema.absent, origin };
    case "absent":
      return { value: schema.absent, origin };
  }
}
