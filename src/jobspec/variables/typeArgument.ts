// The `type` argument of a variable.
import { hasErrors } from "../../hcl/diagnostic.ts";
import type { SourceText } from "../../hcl/source.ts";
import { typeFromExpression } from "../../hcl/typeExpression.ts";
import type { Type } from "../../hcl/value.ts";
import type { Readable, Report } from "../decode/body.ts";
import { errorAt } from "../decode/context.ts";

/** Reads the type; what is wrong with it is reported, and the variable then counts as not declared. */
export function readType(readable: Readable, source: SourceText, report: Report): Type | undefined {
  const { staticSyntax } = readable;
  if (staticSyntax === undefined) {
    const detail = 'A type is written as in native syntax: "type": "list(string)".';
    report(errorAt({ source }, readable.span, "Invalid type specification", detail));
    return undefined;
  }
  const { value, diagnostics } = typeFromExpression(staticSyntax, source, "exact");
  for (const diagnostic of diagnostics) {
    // What is wrong with all of it is said of the argument: in JSON that is a string with its quotes.
    const isWhole =
      diagnostic.subject?.start === staticSyntax.span.start && diagnostic.subject.end === staticSyntax.span.end;
    report(isWhole ? { ...diagnostic, subject: readable.span } : diagnostic);
  }
  return hasErrors(diagnostics) ? undefined : value;
}
