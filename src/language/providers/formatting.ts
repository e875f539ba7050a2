// textDocument/formatting, rangeFormatting, onTypeFormatting: `nomad fmt`, as the smallest edits. A file that cannot be read
// whole stays as it is.
import type { TextEdit } from "vscode-languageserver";
import { formatEdits, type FormatScope } from "../../hcl/format.ts";
import { isJson } from "../../hcl/json.ts";
import type { Analysis } from "../analysis.ts";

/** Characters after which the lines around the cursor are formatted while typing. */
export const FORMAT_TRIGGERS = { first: "\n", more: ["}"] };

export function formatting({ source }: Analysis, scope: FormatScope = { kind: "file" }): TextEdit[] {
  if (isJson(source.text)) return [];
  return formatEdits(source, scope).map(({ span, newText }) => ({ range: source.range(span), newText }));
}
