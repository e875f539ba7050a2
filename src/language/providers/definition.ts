// textDocument/definition: from var.x, local.x and port labels to where they are declared.
import type { Location } from "vscode-languageserver";
import type { Position } from "../../hcl/source.ts";
import type { Analysis } from "../analysis.ts";
import { declarationOf, portOf, ports, type Declaration } from "../declarations.ts";
import { syntaxAt, touches } from "../syntaxAt.ts";

export function definition(analysis: Analysis, position: Position): Location | null {
  const found = declarationAt(analysis, position);
  return found === undefined ? null : { uri: analysis.uri, range: analysis.source.range(found.nameSpan) };
}

function declarationAt(analysis: Analysis, position: Position): Declaration | undefined {
  const { source, tree } = analysis;
  const offset = source.offset(position);
  const { blocks, attribute, expressions } = syntaxAt(tree, offset);
  if (attribute === undefined) return undefined;
  // A label in `port_map { ssh = 22 }`.
  if (blocks.at(-1)?.type === "port_map" && touches(attribute.nameSpan, offset)) {
    return ports(tree).find(({ name }) => name === attribute.name);
  }
  for (const expression of [...expressions].reverse()) {
    if (expression.kind !== "scope-traversal") continue;
    return declarationOf(analysis, expression) ?? portOf(tree, expression.root);
  }
  return undefined;
}
