// Which of two types is the better common type: the order that unification tries its candidates in.
import type { Type } from "./value.ts";

/**
 * Negative when `left` is the more general type, positive when `right` is, 0 when they cannot be compared. Optimistic:
 * the caller still checks that the conversion exists.
 */
export function compareTypes(left: Type, right: Type): number {
  if (left.kind === "dynamic" || right.kind === "dynamic") {
    return Number(left.kind === "dynamic") - Number(right.kind === "dynamic");
  }
  if (isPrimitive(left) && isPrimitive(right)) {
    return Number(right.kind === "string") - Number(left.kind === "string");
  }
  if (left.kind === right.kind && "element" in left && "element" in right) {
    return compareTypes(left.element, right.element);
  }
  const order = generality(left, right);
  if (order !== 0) return order;
  if (left.kind === "tuple" && right.kind === "tuple") {
    if (left.elements.length !== right.elements.length) return 0;
    return overall(left.elements.map((element, i) => compareTypes(element, right.elements[i]!)));
  }
  if (left.kind === "object" && right.kind === "object") {
    if (left.attributes.size !== right.attributes.size) return 0;
    const orders: number[] = [];
    for (const [name, type] of left.attributes) {
      const other = right.attributes.get(name);
      if (other === undefined) return 0;
      orders.push(compareTypes(type, other));
    }
    return overall(orders);
  }
  return 0;
}

const isPrimitive = (type: Type): boolean => type.kind === "bool" || type.kind === "number" || type.kind === "string";

/** Lists before tuples, maps before objects, and lists and tuples before sets. */
function generality(left: Type, right: Type): number {
  const prefers = (general: Type, special: Type): boolean =>
    ((general.kind === "list" || general.kind === "tuple") && special.kind === "set") ||
    (general.kind === "list" && special.kind === "tuple") ||
    (general.kind === "map" && special.kind === "object");
  return prefers(left, right) ? -1 : prefers(right, left) ? 1 : 0;
}

/** One answer from those of the parts; none when they contradict each other. */
function overall(orders: readonly number[]): number {
  const leftWins = orders.some((order) => order < 0);
  const rightWins = orders.some((order) => order > 0);
  return leftWins === rightWins ? 0 : leftWins ? -1 : 1;
}
