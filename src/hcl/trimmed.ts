// Lists of the syntax tree, as long as what they hold.

/** An array that grows gets places for 17 items at once; that many are taken for longer lists only. */
const GROWN = 17;

/** The list without the places that a growing array keeps free: most lists of a tree hold two or three items. */
export function trimmed<T>(list: T[]): T[] {
  return list.length > 1 && list.length < GROWN ? list.slice() : list;
}
