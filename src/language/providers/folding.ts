// textDocument/foldingRange: blocks, lists, objects, heredocs, and comments over several lines.
import { FoldingRangeKind, type FoldingRange } from "vscode-languageserver";
import type { Span } from "../../hcl/source.ts";
import type { Body, Expression } from "../../hcl/syntax.ts";
import { visitExpressions } from "../../jobspec/references.ts";
import type { Analysis } from "../analysis.ts";

export function foldingRanges({ tree, source }: Analysis): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const add = ({ start, end }: Span, kind?: FoldingRangeKind): void => {
    const startLine = source.position(start).line;
    // The closing brace or marker stays visible.
    const endLine = source.position(end).line - (kind === undefined ? 1 : 0);
    if (endLine > startLine) ranges.push(kind === undefined ? { startLine, endLine } : { startLine, endLine, kind });
  };
  const addExpression = (expression: Expression): void => {
    visitExpressions(expression, (found) => {
      const isHeredoc = found.kind === "template" && found.form !== "quoted";
      if (isHeredoc || found.kind === "tuple" || found.kind === "object" || found.kind === "call") add(found.span);
    });
  };
  const addBody = (body: Body): void => {
    for (const attribute of body.attributes) addExpression(attribute.expression);
    for (const block of body.blocks) {
      add({ start: block.openBraceSpan.start, end: block.closeBraceSpan.start });
      addBody(block.body);
    }
  };
  addBody(tree);
  for (const comment of commentRuns(source.text)) add(comment, FoldingRangeKind.Comment);
  return ranges.sort((a, b) => a.startLine - b.startLine || a.endLine - b.endLine);
}

/** Runs of two and more lines that hold nothing but a line comment, and block comments. */
function* commentRuns(text: string): Iterable<Span> {
  for (const match of text.matchAll(/^[ \t]*(?:#|\/\/)[^\n]*(?:\n[ \t]*(?:#|\/\/)[^\n]*)+|^[ \t]*\/\*[\s\S]*?\*\//gm)) {
    yield { start: match.index, end: match.index + match[0].length };
  }
}
