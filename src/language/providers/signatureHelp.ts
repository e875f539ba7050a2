// textDocument/signatureHelp: the function around the cursor, and which of its arguments the cursor is in.
import { MarkupKind, type SignatureHelp } from "vscode-languageserver";
import type { Position } from "../../hcl/source.ts";
import type { FunctionCallExpression } from "../../hcl/syntax.ts";
import type { Analysis } from "../analysis.ts";
import { functionHelp } from "../functionHelp.ts";
import { syntaxAt } from "../syntaxAt.ts";

export function signatureHelp({ tree, source }: Analysis, position: Position): SignatureHelp | null {
  const offset = source.offset(position);
  const call = syntaxAt(tree, offset).expressions.findLast(
    (expression): expression is FunctionCallExpression =>
      expression.kind === "call" &&
      offset >= expression.openParenSpan.end &&
      (offset <= expression.closeParenSpan.start || expression.closeParenSpan.start === expression.closeParenSpan.end),
  );
  const help = call === undefined ? undefined : functionHelp(call.name);
  if (call === undefined || help === undefined) return null;
  const { signature, description, parameters, isVariadic } = help;
  const index = call.arguments.filter(
    ({ span }) => span.end < offset && hasComma(source.text, span.end, offset),
  ).length;
  return {
    signatures: [
      {
        label: signature,
        documentation: { kind: MarkupKind.Markdown, value: description },
        parameters: parameters.map((parameter) => ({
          label: parameter.label,
          documentation: { kind: MarkupKind.Markdown, value: parameter.description },
        })),
      },
    ],
    activeSignature: 0,
    activeParameter: isVariadic ? Math.min(index, parameters.length - 1) : index,
  };
}

const hasComma = (text: string, from: number, to: number): boolean => text.slice(from, to).includes(",");
