// The description of job files as one tree, and the way to a place in it.
import { fileBody } from "./file.ts";
import { TASK_CONFIGS } from "./qemu.ts";
import { block, type AttributeSchema, type BlockSchema, type BodySchema } from "./types.ts";

export { job } from "./job.ts";
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
 * `["job", "group", "task", "driver"]`. `dynamic` and `content` are looked through
 * (`["job", "dynamic", "group", "content", "count"]`).
 * @returns undefined when there is no such thing, or when the path enters a free-form body of unknown shape
 */
export function schemaAt(
  path: readonly string[],
  context: SchemaContext = {},
): AttributeSchema | BlockSchema | undefined {
  let here: AttributeSchema | BlockSchema = rootSchema;
  for (let at = 0; at < path.length; at++) {
    if (here.kind === "attribute") return undefined;
    const name = path[at] ?? "";
    const inside = bodyOf(here, context);
    const next: AttributeSchema | BlockSchema | undefined = inside.blocks.get(name) ?? inside.attributes.get(name);
    if (next !== undefined) here = next;
    else if (name === "dynamic" || name === "content") continue;
    else return undefined;
  }
  return here;
}

/** The body of a block; a task's `config` is the driver's where that is known. */
export function bodyOf(schema: BlockSchema, context: SchemaContext): BodySchema {
  if (!schema.driverConfig || context.driver === undefined) return schema.body;
  return TASK_CONFIGS.get(context.driver) ?? schema.body;
}
