// A syntax tree as nothing but data, to compare it with another parser's.
import { AttributeNode, BlockNode, BodyNode, NumberNode, PlainString } from "../../src/hcl/nodes.ts";

/** The properties of a node's interface, in the order in which the oracle's tree has them. */
const PROPERTIES = new Map<unknown, readonly string[]>([
  [BodyNode, ["attributes", "blocks", "span", "endSpan"]],
  [AttributeNode, ["name", "expression", "span", "nameSpan", "equalsSpan"]],
  [
    BlockNode,
    ["type", "labels", "body", "typeSpan", "labelSpans", "openBraceSpan", "closeBraceSpan", "defSpan", "span"],
  ],
  [PlainString, ["kind", "parts", "plain", "form", "span"]],
  [NumberNode, ["kind", "text", "span"]],
]);

export function plainTree(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plainTree);
  if (node === null || typeof node !== "object") return node;
  const keys = PROPERTIES.get(node.constructor) ?? Object.keys(node);
  return Object.fromEntries(keys.map((key) => [key, plainTree((node as Record<string, unknown>)[key])]));
}
