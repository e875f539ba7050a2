// A node of which nothing is known: attributes and metadata may exist, so nothing is said about them.
import type { NodeDescription } from "../jobspec/node.ts";

export const ANY_NODE: NodeDescription = {
  knowledge: "partial",
  id: undefined,
  name: undefined,
  datacenter: undefined,
  class: undefined,
  pool: undefined,
  region: undefined,
  attributes: {},
  meta: {},
  drivers: {},
};
