// Constraints and affinities, with their shorthands. Nomad: jobspec2's decodeConstraint and decodeAffinity.
import { toApiValue } from "./values.ts";
import type { Trace } from "../trace.ts";
import type { AttributeSchema, BodySchema } from "../schema/index.ts";
import type { BodyContents, ReadableAttribute } from "./body.ts";
import { changedAt, errorAt, evaluateReadable, type ApiObject, type Decoded, type Decoding } from "./context.ts";

// In the order in which Nomad looks at them: a later one wins over an earlier one.
const CONSTRAINT_SHORTHANDS = ["version", "semver", "regexp", "set_contains", "distinct_hosts", "distinct_property"];
const AFFINITY_SHORTHANDS = ["version", "semver", "regexp", "set_contains_any", "set_contains_all", "set_contains"];

interface Argument {
  readonly value: unknown;
  readonly trace: Trace;
}

/**
 * Decodes the arguments of a constraint or affinity into LTarget, RTarget, Operand (and Weight).
 * Unlike elsewhere null always means "not set", and a value of the wrong type is marked whole.
 */
export function decodePlacement(
  context: Decoding,
  { attributes }: BodyContents,
  schema: BodySchema,
  into: Decoded<ApiObject>,
): void {
  const found = new Map<string, Argument>();
  const { members } = schema;
  for (let index = 0; index < members.length; index++) {
    const member = members[index]!;
    if (member.kind !== "attribute") continue;
    const attribute = attributes.get(member.name);
    const argument = attribute && decodeArgument(context, attribute, member);
    if (argument !== undefined) found.set(member.name, argument);
  }
  put(into, "LTarget", found.get("attribute"));
  put(into, "RTarget", found.get("value"));
  const operator = found.get("operator");
  if (operator?.value !== "") put(into, "Operand", operator);
  const shorthands = schema.special === "affinity" ? AFFINITY_SHORTHANDS : CONSTRAINT_SHORTHANDS;
  for (let index = 0; index < shorthands.length; index++) {
    const name = shorthands[index]!;
    const argument = found.get(name);
    if (argument === undefined) continue;
    put(into, "Operand", { value: name, trace: argument.trace });
    const value = typeof argument.value === "boolean" ? String(argument.value) : argument.value;
    put(into, name === "distinct_property" ? "LTarget" : "RTarget", { value, trace: argument.trace });
  }
  put(into, "Weight", found.get("weight"));
}

/** What is not set keeps its absent value. */
function put({ value, origin }: Decoded<ApiObject>, field: string, argument: Argument | undefined): void {
  if (argument === undefined) return;
  value[field] = argument.value;
  origin.attach(field, argument.trace);
}

function decodeArgument(context: Decoding, written: ReadableAttribute, schema: AttributeSchema): Argument | undefined {
  const value = evaluateReadable(written.value, context.report);
  const converted = toApiValue(value, { ...schema, nullable: true });
  if (converted.kind === "value") {
    if (converted.changed !== undefined) context.report(changedAt(context, written.value.span, converted.changed));
    return { value: converted.value, trace: { kind: "argument", source: context.source, written, value } };
  }
  if (converted.kind === "refused") {
    context.report(errorAt(context, written.value.span, "Incorrect attribute value type", converted.detail));
  }
  return undefined;
}
