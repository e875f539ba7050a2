// `dynamic` blocks in the bodies of a job: the schema's part of it. What they make is HCL's (extensions/dynamicBlocks.ts).
import { expandDynamicBlock } from "../../hcl/extensions/dynamicBlocks.ts";
import { dynamicBlock, dynamicBlockFor } from "../schema/dynamic.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import type { ReadableBlock, Report } from "./body.ts";
import type { BodyContents } from "./contents.ts";
import type { Scope } from "./scope.ts";
import { unsupportedBlock } from "./unsupported.ts";

/** In the job `dynamic` may stand in every body. */
export const isDynamic = (type: string, scope: Scope): boolean => type === "dynamic" && scope.place === "job";

/** The schema of a block type in a body. */
export function blockSchemaOf(type: string, scope: Scope, parent: BodySchema): BlockSchema | undefined {
  return isDynamic(type, scope) ? dynamicBlock : parent.blocks.get(type);
}

/** Adds blocks to what their body holds, in order, with dynamic ones replaced by what they make. */
export function arrangeBlocks(
  contents: BodyContents,
  blocks: readonly ReadableBlock[],
  scope: Scope,
  parent: BodySchema,
  report: Report,
): void {
  const add = (block: ReadableBlock): void => {
    const place = parent.index.places.get(block.type);
    if (place !== undefined) contents.addBlock(place, block);
  };
  for (const block of blocks) {
    if (isDynamic(block.type, scope)) expandDynamic(block, scope, parent, report).forEach(add);
    else add(block);
  }
}

/** Makes the blocks of one `dynamic` block; mistakes are reported and make none. */
function expandDynamic(
  dynamic: ReadableBlock,
  scope: Scope,
  parent: BodySchema,
  report: Report,
): readonly ReadableBlock[] {
  const type = dynamic.labels[0] ?? "";
  const typeSpan = dynamic.labelSpans[0] ?? dynamic.defSpan;
  const schema = parent.blocks.get(type);
  if (schema === undefined) {
    if (!parent.partial) report(unsupportedBlock(scope.source, { name: type, span: typeSpan }, parent));
    return [];
  }
  let wrong = 0;
  const contents = dynamic.body.content(dynamicBlockFor(schema).body, (diagnostic) => {
    wrong++;
    report(diagnostic);
  });
  if (wrong > 0) return [];
  const made = expandDynamicBlock(
    {
      forEach: contents.attribute("for_each")?.value,
      iterator: contents.attribute("iterator")?.value,
      labels: contents.attribute("labels")?.value,
      contents: contents.blocks("content"),
    },
    {
      type,
      labelCount: schema.labels.length,
      source: scope.source,
      budget: scope.context?.budget,
      missingSpan: dynamic.body.missingSpan,
      contentSpan: (content) => content.defSpan,
      report,
    },
  );
  const { defSpan, span } = dynamic;
  return made.map(({ labels, labelSpans, content, iterator, element }) => ({
    kind: "block",
    source: scope.source,
    type,
    labels,
    labelSpans,
    typeSpan,
    defSpan,
    span,
    body: content.body.withName(iterator, element),
  }));
}
