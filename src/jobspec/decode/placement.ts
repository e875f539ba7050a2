// Constraints and affinities, with their shorthands. Nomad: jobspec2's decodeConstraint and decodeAffinity.
import { toApiValue } from "./values.ts";
import type { AttributeSchema, BodySchema } from "../schema/index.ts";
import type { ReadableAttribute } from "./body.ts";
import type { BodyContents } from "./contents.ts";
import { changedAt, errorAt, literalIn, type ApiObject, type Decoded, type Decoding } from "./context.ts";

// In the order in which Nomad looks at them: a later one wins over an earlier one.
const CONSTRAINT_SHORTHANDS = ["version", "semver", "regexp", "set_contains", "distinct_hosts", "distinct_property"];
const AFFINITY_SHORTHANDS = ["version", "semver", "regexp", "set_contains_any", "set_contains_all", "set_contains"];

interface Argument {
  readonly written: ReadableAttribute;
  readonly value: unknown;
}

/**
 * Decodes the arguments of a constraint or affinity into LTarget, RTarget, Operand (and Weight).
 * Unlike elsewhere null always means "not set", and a value of the wrong type is marked whole.
 */
export function decodePlacement(
  context: Decoding,
  contents: BodyContents,
  schema: BodySchema,
  into: Decoded<ApiObject>,
): void {
  let shorthands: Argument[] | undefined;
  for (let found = contents.first; found !== undefined; found = found.next) {
    const { member, attribute } = found;
    if (member.kind !== "attribute" || attribute === undefined) continue;
    const value = decodeArgument(context, attribute, member);
    // What is not set keeps its absent value.
    if (value === undefined || (member.field === "Operand" && value === "")) continue;
    if (member.field === undefined) {
      // An empty shorthand says nothing.
      if (value !== "") (shorthands ??= []).push({ written: attribute, value });
    } else {
      into.value[member.field] = value;
      found.origin = attribute;
    }
  }
  if (shorthands !== undefined) putShorthands(into, shorthands, schema);
}

function putShorthands(into: Decoded<ApiObject>, shorthands: readonly Argument[], schema: BodySchema): void {
  for (const name of schema.special === "affinity" ? AFFINITY_SHORTHANDS : CONSTRAINT_SHORTHANDS) {
    const argument = shorthands.find(({ written }) => written.name === name);
    if (argument === undefined || argument.value === "") continue;
    const { written } = argument;
    put(into, "Operand", { written, value: name });
    const value = typeof argument.value === "boolean" ? String(argument.value) : argument.value;
    put(into, name === "distinct_property" ? "LTarget" : "RTarget", { written, value });
  }
}

function put({ value, origin }: Decoded<ApiObject>, field: string, argument: Argument): void {
  value[field] = argument.value;
  origin.attach(field, argument.written);
}

/** The API's value, or undefined when none is set. */
function decodeArgument(context: Decoding, written: ReadableAttribute, schema: AttributeSchema): unknown {
  const plain = literalIn(written, schema);
  if (plain !== undefined) return plain;
  const converted = toApiValue(written.evaluate(context.report), { type: schema.type, nullable: true });
  if (converted.kind === "value") {
    if (converted.changed !== undefined) context.report(changedAt(context, written.value.span, converted.changed));
    return converted.value;
  }
  if (converted.kind === "refused") {
    context.report(errorAt(context, written.value.span, "Incorrect attribute value type", converted.detail));
  }
  return undefined;
}
