// Unification: the one type that several types can be converted to, chosen as go-cty chooses for HCL (conditionals,
// tuples that become lists, concat, coalesce…).
import { ok } from "../base/result.ts";
import { type Conversion, conversionBetween } from "./convert.ts";
import { compareTypes } from "./typePreference.ts";
import { DYNAMIC, listOf, mapOf, objectOf, sameType, tupleOf, type Type, UNKNOWN } from "./value.ts";

/** `unsafe` allows conversions that depend on the value, such as string to number. */
export type UnifyMode = "safe" | "unsafe";

export interface Unification {
  readonly type: Type;
  /** For each given type, in order, the conversion of its values. */
  readonly conversions: readonly Conversion[];
}

/** The common type of the given ones, or `undefined` when there is none (or nothing was given). */
export function unify(types: readonly Type[], mode: UnifyMode): Unification | undefined {
  const first = types[0];
  if (first === undefined) return undefined;
  if (types.every((type) => sameType(type, first))) return { type: first, conversions: types.map(() => ok) };
  const kinds = countKinds(types);
  const only = (...wanted: Type["kind"][]): boolean =>
    (kinds[wanted[0]!] ?? 0) > 0 && wanted.reduce((sum, kind) => sum + (kinds[kind] ?? 0), 0) === types.length;
  if (only("map", "dynamic")) return unifyCollections("map", types, mode);
  if (only("map", "object", "dynamic")) {
    const unified = unifyMixed("object", types, mode);
    if (unified?.type.kind === "map") return unified;
  } else if (only("list", "dynamic")) return unifyCollections("list", types, mode);
  else if (only("list", "tuple", "dynamic")) {
    const unified = unifyMixed("tuple", types, mode);
    if (unified?.type.kind === "list") return unified;
  } else if (only("set", "dynamic")) return unifyCollections("set", types, mode);
  else if (only("object", "dynamic")) return unifyObjects(types, mode);
  else if (only("tuple", "dynamic")) return unifyTuples(types, mode);
  else if ((kinds.object ?? 0) > 0 && (kinds.tuple ?? 0) > 0) return undefined;
  return choose(types, mode);
}

function countKinds(types: readonly Type[]): Partial<Record<Type["kind"], number>> {
  const counts: Partial<Record<Type["kind"], number>> = {};
  for (const { kind } of types) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** The types that differ, first occurrences in order: a long tuple has many elements of few types. */
function distinctTypes(types: readonly Type[]): Type[] {
  const distinct: Type[] = [];
  for (const type of types) if (!distinct.some((other) => sameType(other, type))) distinct.push(type);
  return distinct;
}

/** Takes the most general of the given types that all others can be converted to. */
function choose(types: readonly Type[], mode: UnifyMode): Unification | undefined {
  for (const wanted of byPreference(distinctTypes(types))) {
    const unified = allTo(types, wanted, mode);
    if (unified) return unified;
  }
  return undefined;
}

function allTo(types: readonly Type[], wanted: Type, mode: UnifyMode): Unification | undefined {
  const conversions: Conversion[] = [];
  for (const type of types) {
    const conversion = sameType(type, wanted) ? ok : conversionBetween(type, wanted, mode);
    if (conversion === undefined) return undefined;
    conversions.push(conversion);
  }
  return { type: wanted, conversions };
}

/** Sorts more general types to the front; types that cannot be compared keep their order. */
function byPreference(types: readonly Type[]): Type[] {
  const below: number[][] = types.map(() => []);
  const above: number[] = types.map(() => 0);
  for (let i = 0; i < types.length; i++) {
    for (let j = i + 1; j < types.length; j++) {
      const order = compareTypes(types[i]!, types[j]!);
      if (order === 0) continue;
      const [general, special] = order < 0 ? [i, j] : [j, i];
      below[general]!.push(special);
      above[special]!++;
    }
  }
  const sorted = types.map((_, i) => i).filter((i) => above[i] === 0);
  for (let next = 0; next < sorted.length; next++) {
    for (const special of below[sorted[next]!]!) if (--above[special]! === 0) sorted.push(special);
  }
  return sorted.map((i) => types[i]!);
}

const hasUndecided = (types: readonly Type[]): boolean => types.some((type) => type.kind === "dynamic");

/** With a type still undecided nothing can be said about the result yet. */
const undecided = (types: readonly Type[]): Unification => ({
  type: DYNAMIC,
  conversions: types.map(() => () => ok(UNKNOWN)),
});

function unifyCollections(kind: "list" | "set" | "map", types: readonly Type[], mode: UnifyMode) {
  if (hasUndecided(types)) return undecided(types);
  const element = unify(distinctTypes(types.map((type) => ("element" in type ? type.element : type))), mode)?.type;
  return element && allTo(types, { kind, element }, mode);
}

function unifyObjects(types: readonly Type[], mode: UnifyMode): Unification | undefined {
  if (hasUndecided(types)) return undecided(types);
  const objects = distinctTypes(types).filter((type) => type.kind === "object");
  const first = objects[0]!.attributes;
  const sameNames = objects.every(
    ({ attributes }) => attributes.size === first.size && [...attributes.keys()].every((name) => first.has(name)),
  );
  if (!sameNames) {
    const all = toOneCollection(objects, mode);
    return all && allTo(types, all, mode);
  }
  const attributes: [string, Type][] = [];
  for (const name of first.keys()) {
    const common = unify(
      objects.map((type) => type.attributes.get(name)!),
      mode,
    );
    if (common === undefined) return undefined;
    attributes.push([name, common.type]);
  }
  return allTo(types, objectOf(attributes), mode);
}

function unifyTuples(types: readonly Type[], mode: UnifyMode): Unification | undefined {
  if (hasUndecided(types)) return undecided(types);
  const tuples = distinctTypes(types).filter((type) => type.kind === "tuple");
  const first = tuples[0]!.elements;
  if (tuples.some((type) => type.elements.length !== first.length)) {
    const all = toOneCollection(tuples, mode);
    return all && allTo(types, all, mode);
  }
  const elements: Type[] = [];
  for (let i = 0; i < first.length; i++) {
    const common = unify(
      tuples.map((type) => type.elements[i]!),
      mode,
    );
    if (common === undefined) return undefined;
    elements.push(common.type);
  }
  return allTo(types, tupleOf(elements), mode);
}

/** The list (of tuples) or map (of objects) that holds the elements of all of them. */
function toOneCollection(types: readonly Type[], mode: UnifyMode): Type | undefined {
  const parts = types.flatMap((type) =>
    type.kind === "tuple" ? type.elements : type.kind === "object" ? [...type.attributes.values()] : [],
  );
  const element = unify(parts, mode)?.type;
  if (element === undefined) return undefined;
  return types[0]?.kind === "tuple" ? listOf(element) : mapOf(element);
}

/** Lists with tuples, or maps with objects: the structural ones are often collections in disguise. */
function unifyMixed(structural: "tuple" | "object", types: readonly Type[], mode: UnifyMode): Unification | undefined {
  const collection = toOneCollection(
    types.filter((type) => type.kind === structural),
    mode,
  );
  if (collection === undefined) return undefined;
  const common = unify(
    types.map((type) => (type.kind === structural ? collection : type)),
    mode,
  );
  if (common === undefined) return undefined;
  const conversions: Conversion[] = [];
  for (const [i, type] of types.entries()) {
    const last = common.conversions[i]!;
    const first = type.kind === structural ? conversionBetween(type, collection, mode) : ok;
    if (first === undefined) return undefined;
    conversions.push((value) => {
      const listed = first(value);
      return listed.ok ? last(listed.value) : listed;
    });
  }
  return { type: common.type, conversions };
}
