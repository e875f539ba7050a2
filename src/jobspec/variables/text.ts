// The texts in a variable's declaration, which are needed before anything else is known.
import type { SourceText } from "../../hcl/source.ts";
import type { Readable, Report } from "../decode/body.ts";
import { errorAt, evaluateReadable } from "../decode/context.ts";
import { toApiValue } from "../decode/values.ts";

const NOT_KNOWN = {
  summary: "Unsuitable value type",
  detail: "This is needed before anything else is known: write the text out.",
};

/** A text that is written out; what cannot be one is reported. */
export function readText(source: SourceText, readable: Readable, report: Report): string | undefined {
  const converted = toApiValue(evaluateReadable(readable, report), { type: "string", nullable: false });
  if (converted.kind === "value") return String(converted.value);
  const { summary, detail } = converted.kind === "refused" ? converted : NOT_KNOWN;
  report(errorAt({ source }, readable.startSpan(), summary, detail));
  return undefined;
}
