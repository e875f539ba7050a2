// What an origin is made from when somebody asks for it.
import type { SourceText, Span } from "../hcl/source.ts";
import type { Value } from "../hcl/value.ts";
import type { Readable, ReadableAttribute, ReadableBlock, ReadableEntry } from "./decode/body.ts";
import type { Origin } from "./origin.ts";

/** One thing that was written, and what it was evaluated to. Arguments and blocks stand for themselves. */
export type Trace =
  | ReadableAttribute
  | ReadableBlock
  /** An element of a literal list. */
  | { readonly kind: "item"; readonly source: SourceText; readonly written: Readable; readonly value: Value }
  /** An entry of a literal object. */
  | { readonly kind: "entry"; readonly source: SourceText; readonly written: ReadableEntry; readonly value: Value }
  | {
      readonly kind: "label";
      readonly written: ReadableBlock;
      /** Which label; a block that has too few stands for it itself. */
      readonly index: number;
    };

export function originOf(trace: Trace): Origin {
  switch (trace.kind) {
    case "argument": {
      const { source, evaluated, nameSpan, span, value } = trace;
      return { ...valueOrigin({ source, value: evaluated }, value, span), nameSpan };
    }
    case "item":
      return valueOrigin(trace, trace.written, trace.written.span);
    case "entry": {
      const { keySpan, value } = trace.written;
      return { ...valueOrigin(trace, value, { start: keySpan.start, end: value.span.end }), nameSpan: keySpan };
    }
    case "block": {
      const { source, defSpan, typeSpan, span } = trace;
      return { source, span: defSpan, nameSpan: typeSpan, wholeSpan: span };
    }
    case "label": {
      const { written, index } = trace;
      const span = written.labelSpans[index] ?? written.defSpan;
      return { source: written.source, span, wholeSpan: span };
    }
  }
}

function valueOrigin(
  { source, value }: { readonly source: SourceText; readonly value: Value },
  { span, syntax }: Readable,
  wholeSpan: Span,
): Origin {
  const origin = { source, span, wholeSpan, value };
  return syntax === undefined ? origin : { ...origin, expression: syntax };
}

/** The elements of a literal list or object, which have places of their own. */
export function elementsOf(trace: Trace): Map<string | number, Trace> {
  switch (trace.kind) {
    case "argument":
      return elementsIn(trace.value, trace.evaluated, trace.source);
    case "entry":
      return elementsIn(trace.written.value, trace.value, trace.source);
    case "item":
      return elementsIn(trace.written, trace.value, trace.source);
    case "block":
    case "label":
      return new Map();
  }
}

function elementsIn(readable: Readable, value: Value, source: SourceText): Map<string | number, Trace> {
  const found = new Map<string | number, Trace>();
  if (value.kind === "tuple" || value.kind === "list") {
    const items = readable.items();
    if (items?.length !== value.items.length) return found;
    for (const [index, written] of items.entries()) {
      const element = value.items[index];
      if (element !== undefined) found.set(index, { kind: "item", source, written, value: element });
    }
  } else if (value.kind === "object" || value.kind === "map") {
    const values = value.kind === "object" ? value.attributes : value.entries;
    for (const written of readable.entries() ?? []) {
      const element = values.get(written.key);
      if (element !== undefined) found.set(written.key, { kind: "entry", source, written, value: element });
    }
  }
  return found;
}
