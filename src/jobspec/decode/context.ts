// What travels through decoding, and how one argument becomes one value with its origin.
import type { Diagnostic, WithDiagnostics } from "../../hcl/diagnostic.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import type { Value } from "../../hcl/value.ts";
import type { OriginNode } from "../origin.ts";
import type { AttributeSchema } from "../schema/index.ts";
import type { Readable, ReadableAttribute, Report } from "./body.ts";
import { fromLiteral, toApiValue } from "./values.ts";

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

/** Evaluates an expression, reporting what goes wrong on the way. */
export function evaluateReadable(readable: Readable, report: Report): Value {
  return reported(readable.evaluate(), report);
}

/** The value, when what was found on the way is reported. */
export function reported({ value, diagnostics }: WithDiagnostics<Value>, report: Report): Value {
  for (let index = 0; index < diagnostics.length; index++) report(diagnostics[index]!);
  return value;
}

/** The API's value of an argument; one that does not fit is reported and becomes the absent value. */
export function valueOf(context: Decoding, written: ReadableAttribute, schema: AttributeSchema): unknown {
  const plain = literalIn(written, schema);
  if (plain !== undefined) return plain;
  const value = written.evaluate(context.report);
  return value.kind === "string" && schema.type === "string" ? value.value : fitting(context, written, value, schema);
}

/** The API's value of a literal that fits; undefined for all others, which are evaluated and converted. */
export function literalIn(written: ReadableAttribute, { type }: AttributeSchema): unknown {
  const { literal } = written;
  if (literal === undefined || (type === "string" && typeof literal === "string")) return literal;
  return fromLiteral(literal, type);
}

function fitting(context: Decoding, written: ReadableAttribute, value: Value, schema: AttributeSchema): unknown {
  const converted = toApiValue(value, schema);
  switch (converted.kind) {
    case "value":
      if (converted.changed !== undefined) context.report(changedAt(context, written.value.span, converted.changed));
      return converted.value;
    case "refused":
      context.report(errorAt(context, written.value.startSpan(), converted.summary, converted.detail));
      return schema.absent;
    case "unknown":
      if (context.mode === "strict") {
        const detail = "The value is not known, so it has no place in the job. See the other errors about it.";
        context.report(errorAt(context, written.value.startSpan(), "Unsuitable value type", detail));
      }
      return schema.absent;
    case "absent":
      return schema.absent;
  }
}
