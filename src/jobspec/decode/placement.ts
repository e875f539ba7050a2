// Constraints and affinities, with their shorthands. Nomad: jobspec2's decodeConstraint and decodeAffinity.
import { toApiValue } from "./values.ts";
import type { OriginNode } from "../origin.ts";
import type { AttributeSchema, BodySchema } from "../schema/index.ts";
import type { BodyContents, ReadableAttribute } from "./body.ts";
import { attributeOrigin, changedAt, errorAt, evaluateReadable, type ApiObject, type Decoding } from "./context.ts";

// In the order in which Nomad looks at them: a later one wins over an earlier one.
const CONSTRAINT_SHORTHANDS = ["version", "semver", "regexp", "set_contains", "distinct_hosts", "distinct_property"];
const AFFINITY_SHORTHANDS = ["version", "semver", "regexp", "set_contains_any", "set_contains_all", "set_contains"];

interface Argument {
  readonly value: unknown;
  readonly origin: OriginNode;
}

/**
 * Decodes the arguments of a constraint or affinity into LTarget, RTarget, Operand (and Weight).
 * Unlike elsewhere null always means "not set", and a value of the wrong type is marked whole.
 */
export function decodePlacement(
  context: Decoding,
  contents: BodyContents,
  schema: BodySchema,
  into: { readonly value: ApiObject; readonly origin: OriginNode },
): void {
  const found = new Map<string, Argument>();
  for (const [name, attributeSchema] of schema.attributes) {
    const attribute = contents.attributes.get(name);
    const argument = attribute && decodeArgument(context, attribute, attributeSchema);
    if (argument !== undefined) found.set(name, argument);
  }
  const put = (field: string, argument: Argument | undefined, absent: unknown): void => {
    into.value[field] = argument === undefined ? absent : argument.value;
    if (argument !== undefined) into.origin.attach(field, argument.origin);
  };
  put("LTarget", found.get("attribute"), "");
  put("RTarget", found.get("value"), "");
  const operator = found.get("operator");
  put("Operand", operator?.value === "" ? undefined : operator, "=");
  const affinity = schema.special === "affinity";
  for (const name of affinity ? AFFINITY_SHORTHANDS : CONSTRAINT_SHORTHANDS) {
    const argument = found.get(name);
    if (argument === undefined) continue;
    put("Operand", { value: name, origin: argument.origin }, name);
    const value = typeof argument.value === "boolean" ? String(argument.value) : argument.value;
    put(name === "distinct_property" ? "LTarget" : "RTarget", { value, origin: argument.origin }, "");
  }
  if (affinity) put("Weight", found.get("weight"), null);
}

function decodeArgument(
  context: Decoding,
  attribute: ReadableAttribute,
  schema: AttributeSchema,
): Argument | undefined {
  const value = evaluateReadable(attribute.value, context.report);
  const converted = toApiValue(value, { ...schema, nullable: true });
  if (converted.kind === "value") {
    if (converted.changed !== undefined) context.report(changedAt(context, attribute.value.span, converted.changed));
    return { value: converted.value, origin: attributeOrigin(context, attribute, value) };
  }
  if (converted.kind === "refused") {
    context.report(errorAt(context, attribute.value.span, "Incorrect attribute value type", converted.detail));
  }
  return undefined;
}
