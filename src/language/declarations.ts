// Where the names that a job file declares are declared: variables, locals, ports.
import type { Span } from "../hcl/source.ts";
import type { Block, Body, ScopeTraversalExpression } from "../hcl/syntax.ts";
import type { Analysis } from "./analysis.ts";
import { attributeOf, plainText } from "./syntaxAt.ts";

export interface Declaration {
  readonly name: string;
  /** The name itself, where "go to definition" ends. */
  readonly nameSpan: Span;
  /** What a hover shows: the argument or block. */
  readonly shownSpan: Span;
  readonly description?: string;
}

/** Variables, in the order of the file: `variable "x" {}` blocks and arguments of `variables {}`. */
export function variables(tree: Body): Declaration[] {
  return tree.blocks.flatMap((block) => {
    if (block.type === "variables") return argumentsOf(block);
    const nameSpan = block.labelSpans[0];
    const name = block.labels[0];
    if (block.type !== "variable" || nameSpan === undefined || name === undefined) return [];
    const description = plainText(attributeOf(block.body, "description")?.expression);
    return [{ name, nameSpan, shownSpan: block.span, ...(description === undefined ? {} : { description }) }];
  });
}

export function locals(tree: Body): Declaration[] {
  return tree.blocks.filter(({ type }) => type === "locals").flatMap(argumentsOf);
}

function argumentsOf(block: Block): Declaration[] {
  return block.body.attributes.map(({ name, nameSpan, span }) => ({ name, nameSpan, shownSpan: span }));
}

/** Every `port "label" {}` of the file, at any depth. */
export function ports(tree: Body): Declaration[] {
  const found: Declaration[] = [];
  const visit = (body: Body): void => {
    for (const block of body.blocks) {
      const name = block.labels[0];
      const nameSpan = block.labelSpans[0];
      if (block.type === "port" && name !== undefined && nameSpan !== undefined) {
        found.push({ name, nameSpan, shownSpan: block.span });
      }
      visit(block.body);
    }
  };
  visit(tree);
  return found;
}

/** The declaration that a traversal begins with: `var.x`, `local.x`, `NOMAD_PORT_x`. */
export function declarationOf({ tree }: Analysis, traversal: ScopeTraversalExpression): Declaration | undefined {
  const [first] = traversal.steps;
  const name = first?.kind === "attribute" ? first.name : undefined;
  if (traversal.root === "var" && name !== undefined) return variables(tree).find((one) => one.name === name);
  if (traversal.root === "local" && name !== undefined) return locals(tree).find((one) => one.name === name);
  return undefined;
}

/** The port behind a runtime name: `NOMAD_HOST_PORT_ssh` is the port `ssh`. */
export function portOf(tree: Body, runtimeName: string): Declaration | undefined {
  const label = /^NOMAD_(?:HOST_|ALLOC_)?(?:PORT|ADDR|IP)_(.+)$/.exec(runtimeName)?.[1];
  if (label === undefined) return undefined;
  return ports(tree).find(({ name }) => name === label || name.replaceAll(/[^A-Za-z0-9_.]/g, "_") === label);
}
