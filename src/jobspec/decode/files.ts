// One file of the job language, native or JSON, opened for reading.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { EvaluationContext } from "../../hcl/evaluate.ts";
import { isJson, parseJson } from "../../hcl/json.ts";
import { parseSource, type SyntaxMode } from "../../hcl/parser.ts";
import type { SourceText } from "../../hcl/source.ts";
import type { Body } from "../../hcl/syntax.ts";
import type { ReadableBody } from "./body.ts";
import { jsonBody } from "./jsonBody.ts";
import { NativeBody } from "./nativeBody.ts";

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

/** Parses a file. Its text decides on the form, as in Nomad; its name does not count. */
export function openFile(source: SourceText, mode: SyntaxMode): OpenedFile {
  if (isJson(source.text)) {
    const { value, diagnostics } = parseJson(source);
    const read = (context: EvaluationContext | undefined): ReadableBody =>
      jsonBody(value, { source, mode, place: "file", context });
    return { diagnostics, native: undefined, constants: read(undefined), read };
  }
  const { value, diagnostics } = parseSource(source, mode);
  const read = (context: EvaluationContext | undefined): ReadableBody =>
    new NativeBody(value, { source, mode, place: "file", context });
  return { diagnostics, native: value, constants: read(undefined), read };
}
