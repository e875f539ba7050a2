// `dynamic` blocks, which may stand wherever the job has blocks.
import { attribute, block, body, label, type BlockSchema, type BodySchema, type Member } from "./types.ts";

const PAGE = "/nomad/docs/reference/hcl2/expressions#dynamic-blocks";

const members = (): readonly Member[] => [
  attribute("for_each", undefined, "any", "The collection: one block for each of its elements.", {
    required: true,
    page: PAGE,
  }),
  attribute(
    "iterator",
    undefined,
    "any",
    "The name of the current element in `content`; the block's type by default.",
    {
      page: PAGE,
    },
  ),
  block(
    "content",
    undefined,
    body(PAGE, () => []),
    "The body of each block.",
    { occurs: "many", page: PAGE },
  ),
];

/** Inside of a dynamic block that makes blocks without labels. */
export const bodyWithoutLabels: BodySchema = body(PAGE, members);

/** Inside of a dynamic block that makes blocks with labels. */
export const bodyWithLabels: BodySchema = body(PAGE, () => [
  ...members(),
  attribute("labels", undefined, "any", "The labels of each block, as a list of expressions.", {
    required: true,
    page: PAGE,
  }),
]);

/** The dynamic block that makes blocks of some type. */
export function dynamicBlockFor(made: BlockSchema): BlockSchema {
  return made.labels.length > 0 ? dynamicBlock : { ...dynamicBlock, body: bodyWithoutLabels };
}

export const dynamicBlock: BlockSchema = block(
  "dynamic",
  undefined,
  bodyWithLabels,
  "Makes one block for each element of a collection.",
  {
    labels: [label("type", undefined, "The type of the blocks to make.", { tag: "type" })],
    occurs: "many",
    page: PAGE,
  },
);
