// `dynamic` blocks in the bodies of a job: the schema's part of it. What they make is HCL's (extensions/dynamicBlocks.ts).
import { expandDynamicBlock } from "../../hcl/extensions/dynamicBlocks.ts";
import { dynamicBlock, dynamicBlockFor } from "../schema/dynamic.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import type { BodyContents, ReadableBlock, Report } from "./body.ts";
import type { Scope } from "./scope.ts";
import { unsupportedBlock } from "./unsupported.ts";

/** The schema of a block type in a body; in the job `dynamic` may stand in every body. */
export function blockSchemaOf(type: string, scope: Scope, parent: BodySchema): BlockSchema | undefined {
  return type === "dynamic" && scope.place === "job" ? dynamicBlock : parent.blocks.get(type);
}

/** Blocks by type, in order, with dynamic ones replaced by what they make. */
export function arrangeBlocks(
  blocks: readonly ReadableBlock[],
  scope: Scope,
  parent: BodySchema,
  report: Report,
): BodyContents["blocks"] {
  if (blocks.length === 0) return NO_BLOCKS;
  const byType = new Map<string, ReadableBlock[]>();
  for (let index = 0; index < blocks.length; index++) {
    const one = blocks[index]!;
    if (one.type !== "dynamic" || scope.place !== "job") add(byType, one);
    else for (const made of expandDynamic(one, scope, parent, report)) add(byType, made);
  }
  return byType;
}

const NO_BLOCKS: BodyContents["blocks"] = new Map();

function add(byType: Map<string, ReadableBlock[]>, block: ReadableBlock): void {
  const list = byType.get(block.type);
  if (list === undefined) byType.set(block.type, [block]);
  else list.push(block);
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
    report(unsupportedBlock(scope.source, { name: type, span: typeSpan }, parent));
    return [];
  }
  let wrong = 0;
  const { attributes, blocks } = dynamic.body.content(dynamicBlockFor(schema).body, (diagnostic) => {
    wrong++;
    report(diagnostic);
  });
  if (wrong > 0) return [];
  const made = expandDynamicBlock(
    {
      forEach: attributes.get("for_each")?.value,
      iterator: attributes.get("iterator")?.value,
      labels: attributes.get("labels")?.value,
      contents: blocks.get("content") ?? [],
    },
    {
      type,
      labelCount: schema.labels.length,
      source: scope.source,
      budget: scope.context?.budget,
      missingSpan: dynamic.body.missingSpan,
      contentSpan: (content) => content.typeSpan,
      report,
    },
  );
  const { defSpan, span } = dynamic;
  return made.map(({ labels, labelSpans, content, iterator, element }) => ({
    type,
    labels,
    labelSpans,
    typeSpan,
    defSpan,
    span,
    body: content.body.withName(iterator, element),
  }));
}
