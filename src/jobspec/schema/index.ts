// The description of job files as one tree, and the way to a place in it.
import { dynamicBlock, dynamicBlockFor } from "./dynamic.ts";
import { fileBody } from "./file.ts";
import { TASK_CONFIGS } from "./qemu.ts";
import { block, type AttributeSchema, type BlockSchema, type BodySchema } from "./types.ts";

export { declarations, validationBody, variableBody } from "./file.ts";
export { groupFirst, job } from "./job.ts";
export { qemuPlugin, qemuPluginConfig, qemuTaskConfig } from "./qemu.ts";
export { CONSTRAINT_OPERATORS } from "./placement.ts";
export { documentationUrl } from "./types.ts";
export type {
  AttributeSchema,
  BlockSchema,
  BodyContent,
  BodySchema,
  ConstantSchema,
  Deprecation,
  Documented,
  LabelSchema,
  Member,
  MemberIndex,
  Occurrence,
  ValueType,
} from "./types.ts";

/** The file itself, as a block without a name. */
export const rootSchema: BlockSchema = block("", undefined, fileBody, "A Nomad job file.");

export interface SchemaContext {
  /** The driver of the task that the path goes through: its `config` is described by the driver. */
  readonly driver?: string;
}

/**
 * The block or argument at a path of block types and, last, a block type or argument name:
 * `["job", "group", "task", "driver"]`. After `dynamic` comes its label, and `content` stands for a block of that type:
 * `["job", "dynamic", "group", "for_each"]`, `["job", "dynamic", "group", "content", "count"]`.
 * @returns undefined when there is no such thing, or when the path enters a free-form body of unknown shape
 */
export function schemaAt(
  path: readonly string[],
  context: SchemaContext = {},
): AttributeSchema | BlockSchema | undefined {
  let here: AttributeSchema | BlockSchema = rootSchema;
  let made: BlockSchema | undefined;
  for (let at = 0; at < path.length; at++) {
    if (here.kind === "attribute") return undefined;
    const name = path[at] ?? "";
    if (made !== undefined && name === "content") {
      here = made;
      made = undefined;
      continue;
    }
    const inside = bodyOf(here, context);
    if (made === undefined && name === "dynamic" && here !== rootSchema && inside.content === "members") {
      made = inside.blocks.get(path[++at] ?? "");
      here = made === undefined ? dynamicBlock : dynamicBlockFor(made);
      continue;
    }
    const next: AttributeSchema | BlockSchema | undefined = inside.blocks.get(name) ?? inside.attributes.get(name);
    if (next === undefined) return undefined;
    here = next;
  }
  return here;
}

/** The path of blocks, outermost first, for `schemaAt`. */
export function schemaPathOf(
  blocks: readonly { readonly type: string; readonly labels: readonly string[] }[],
): readonly string[] {
  return blocks.flatMap(({ type, labels }) => (type === "dynamic" ? [type, labels[0] ?? ""] : [type]));
}

/** The body of a block; a task's `config` is the driver's where that is known. */
export function bodyOf(schema: BlockSchema, context: SchemaContext): BodySchema {
  if (!schema.driverConfig || context.driver === undefined) return schema.body;
  return TASK_CONFIGS.get(context.driver) ?? schema.body;
}
