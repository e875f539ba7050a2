// One file of the job language, native or JSON, opened for reading.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { EvaluationContext } from "../../hcl/evaluate.ts";
import { parseSource, type SyntaxMode } from "../../hcl/parser.ts";
import type { SourceText } from "../../hcl/source.ts";
import type { Body } from "../../hcl/syntax.ts";
import type { ReadableBody } from "./body.ts";
import { nativeBody } from "./nativeBody.ts";

export interface OpenedFile {
  /** What the parser found. */
  readonly diagnostics: readonly Diagnostic[];
  /** The tree, in native syntax. */
  readonly native: Body | undefined;
  /** The file as it is read before anything is known: no names, no functions. */
  readonly constants: ReadableBody;
  /** The file with the names and functions of a context. */
  read(context: EvaluationContext): ReadableBody;
}

export function openFile(source: SourceText, mode: SyntaxMode): OpenedFile {
  const { value: body, diagnostics } = parseSource(source, mode);
  const read = (context: EvaluationContext | undefined): ReadableBody =>
    nativeBody(body, { source, mode, place: "file", context });
  return { diagnostics, native: body, constants: read(undefined), read };
}
