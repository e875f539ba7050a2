// The rules of scaling blocks that go beyond their schema. Nomad: jobspec2's decodeTaskScalingPolicies and
// validateGroupScalingPolicy.
import type { ReadableBlock } from "./body.ts";
import { errorAt, type Decoding } from "./context.ts";
import type { FinishedBlock } from "./finish.ts";

/** Of a task's scaling blocks those with a label of their own that Nomad knows; the others are reported. */
export function acceptedScalingBlocks(context: Decoding, blocks: readonly ReadableBlock[]): readonly ReadableBlock[] {
  const seen = new Map<string, ReadableBlock>();
  for (const block of blocks) {
    const label = (block.labels[0] ?? "").toLowerCase();
    const earlier = seen.get(label);
    if (label !== "cpu" && label !== "mem") {
      const detail = `A task can be scaled by "cpu" or "mem", not by ${JSON.stringify(block.labels[0] ?? "")}.`;
      context.report(errorAt(context, block.labelSpans[0], "Invalid scaling policy name", detail));
    } else if (earlier !== undefined) {
      const place = context.source.describe(earlier.defSpan);
      const detail = `There may be one scaling block for ${label}, and ${place} already has it.`;
      context.report(errorAt(context, block.defSpan, `Duplicate scaling ${JSON.stringify(label)} block`, detail));
    } else seen.set(label, block);
  }
  return [...seen.values()];
}

/** A task's policy has the type that its label says; another one is refused. */
export function finishTaskScaling(context: Decoding, { block, value }: FinishedBlock): void {
  const type = `vertical_${(block.labels[0] ?? "").toLowerCase()}`;
  if (value["Type"] === "") value["Type"] = type;
  else if (value["Type"] !== type) {
    const detail = `With this label the type can only be ${JSON.stringify(type)}; leave "type" out.`;
    context.report(errorAt(context, block.defSpan, "Invalid scaling policy type", detail));
  }
}

/** A group's policy is horizontal. */
export function finishGroupScaling(context: Decoding, { contents, value }: FinishedBlock): void {
  const attribute = contents.attribute("type");
  if (value["Type"] === "") value["Type"] = "horizontal";
  if (value["Type"] === "horizontal" || attribute === undefined) return;
  const detail = `A group can only be scaled by its count: leave "type" out, or write "horizontal".`;
  context.report(errorAt(context, attribute.value.span, "Invalid group scaling type", detail));
}
