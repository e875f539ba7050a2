// textDocument/documentSymbol: the blocks of a job file as an outline.
import { SymbolKind, type DocumentSymbol } from "vscode-languageserver";
import type { Block, Body } from "../../hcl/syntax.ts";
import type { Analysis } from "../analysis.ts";
import { attributeOf, plainText } from "../syntaxAt.ts";

const KINDS: Readonly<Record<string, SymbolKind>> = {
  job: SymbolKind.Module,
  group: SymbolKind.Namespace,
  task: SymbolKind.Class,
  variable: SymbolKind.Variable,
  port: SymbolKind.Interface,
  service: SymbolKind.Event,
  artifact: SymbolKind.File,
  template: SymbolKind.File,
};

export function documentSymbols({ tree, source }: Analysis): DocumentSymbol[] {
  const symbolsOf = (body: Body): DocumentSymbol[] => body.blocks.map(toSymbol);
  const toSymbol = (block: Block): DocumentSymbol => {
    const name = block.labels.join(" ");
    const detail = detailOf(block);
    const locals = block.type === "locals" || block.type === "variables" ? argumentSymbols(block.body) : [];
    return {
      name: name === "" ? block.type : name,
      ...(detail === "" ? {} : { detail }),
      kind: KINDS[block.type] ?? SymbolKind.Object,
      range: source.range(block.span),
      selectionRange: source.range(block.labelSpans[0] ?? block.typeSpan),
      children: [...locals, ...symbolsOf(block.body)],
    };
  };
  const argumentSymbols = (body: Body): DocumentSymbol[] =>
    body.attributes.map(({ name, span, nameSpan }) => ({
      name,
      kind: SymbolKind.Variable,
      range: source.range(span),
      selectionRange: source.range(nameSpan),
    }));
  return symbolsOf(tree);
}

/** The block's type where the name is a label, and what the block is about. */
function detailOf(block: Block): string {
  const about =
    block.type === "task"
      ? plainText(attributeOf(block.body, "driver")?.expression)
      : block.type === "artifact"
        ? plainText(attributeOf(block.body, "source")?.expression)
        : undefined;
  return [block.labels.length === 0 ? "" : block.type, about ?? ""].filter((part) => part !== "").join(" · ");
}
