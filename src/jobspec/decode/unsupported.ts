// What a body holds that its schema does not know, or lacks that the schema needs. Summaries are HCL's.
import { nearest } from "../../base/nearest.ts";
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";

interface Named {
  readonly name: string;
  readonly span: Span;
}

function problem(source: SourceText, subject: Span, summary: string, detail: string): Diagnostic {
  return { severity: "error", summary, detail, subject, source };
}

/** Nomad: hclsyntax Body.Content. */
export function unsupportedArgument(source: SourceText, { name, span }: Named, schema: BodySchema): Diagnostic {
  return problem(source, span, "Unsupported argument", `${unknownArgument(name, schema)}${argumentHint(name, schema)}`);
}

function unknownArgument(name: string, schema: BodySchema): string {
  return schema.blocks.has(name)
    ? `${name} is a block here, not an argument.`
    : `There is no argument named ${JSON.stringify(name)} here.`;
}

function argumentHint(name: string, schema: BodySchema): string {
  if (schema.blocks.has(name)) return ` Write it as a block: ${name} { … }, without the equals sign.`;
  const near = nearest(name, schema.attributes.keys());
  return near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
}

export function unsupportedBlock(source: SourceText, { name, span }: Named, schema: BodySchema): Diagnostic {
  const near = nearest(name, schema.blocks.keys());
  const isArgument = schema.attributes.has(name);
  const detail = isArgument
    ? `${name} is an argument here, not a block. Write it with an equals sign: ${name} = ….`
    : `There is no block named ${JSON.stringify(name)} here.${near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`}`;
  return problem(source, span, "Unsupported block type", detail);
}

/** A block where only arguments may stand. HCL reports the first one. */
export function unexpectedBlock(source: SourceText, { name, span }: Named): Diagnostic {
  const detail = `Only arguments may stand here: ${name} = …. Blocks may not.`;
  return problem(source, span, `Unexpected ${JSON.stringify(name)} block`, detail);
}

export function missingArgument(source: SourceText, name: string, span: Span): Diagnostic {
  return problem(
    source,
    span,
    "Missing required argument",
    `The argument ${JSON.stringify(name)} must be set in this block. Add ${name} = ….`,
  );
}

/** Compares the labels of a block with what its type takes. */
export function labelProblem(
  source: SourceText,
  block: { readonly type: string; readonly labelSpans: readonly Span[]; readonly openBraceSpan: Span },
  schema: Pick<BlockSchema, "labels">,
): Diagnostic | undefined {
  const wanted = schema.labels.length;
  const extra = block.labelSpans[wanted];
  if (extra !== undefined) {
    const detail =
      wanted === 0
        ? `${block.type} blocks have no label. Remove it.`
        : `${block.type} blocks have ${wanted === 1 ? "one label" : `${wanted} labels`}. Remove what is too much.`;
    return problem(source, extra, `Extraneous label for ${block.type}`, detail);
  }
  const missing = schema.labels[block.labelSpans.length];
  if (missing === undefined) return undefined;
  const detail = `${block.type} blocks have a label, the ${missing.name}: ${block.type} "${missing.name}" { … }.`;
  return problem(source, block.openBraceSpan, `Missing ${missing.tag} for ${block.type}`, detail);
}
