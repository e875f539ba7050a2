// Small tools for reading and filling in API objects, which are plain JSON data. Nothing here throws for odd data.

export type Fields = Record<string, unknown>;

export const SECOND = 1_000_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A block of an API object, or undefined when it is null or not there. */
export function block(owner: Fields, name: string): Fields | undefined {
  const value = owner[name];
  return isFields(value) ? value : undefined;
}

/** The blocks of a list, without nulls. */
export function blocks(owner: Fields, name: string): Fields[] {
  const value = owner[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** Assigning to `__proto__` would change the object's prototype instead; job files may use any key. */
function setField(target: Fields, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** A deep copy of plain JSON data. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item)) as T;
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const key in value) setField(result, key, copy(value[key]));
  return result as T;
}

/** Sets each field that is null or missing. */
export function setDefaults(target: Fields, defaults: Readonly<Fields>): void {
  for (const name in defaults) target[name] ??= copy(defaults[name]);
}

/** Sets each text that is empty or missing. */
export function setEmpty(target: Fields, defaults: Readonly<Record<string, string>>): void {
  for (const name in defaults) {
    if (target[name] === undefined || target[name] === null || target[name] === "") target[name] = defaults[name];
  }
}

/** Makes empty lists and maps null, as Go's encoder prints the ones that were cut off. */
export function dropEmpty(target: Fields, names: readonly string[]): void {
  for (const name of names) {
    const value = target[name];
    if (Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0)
      target[name] = null;
  }
}

/** A copy of `base` in which every field that `own` sets replaces the inherited one. */
export function merge(base: Readonly<Fields>, own: Readonly<Fields>): Fields {
  const result = copy(base) as Fields;
  for (const name in own) {
    if (own[name] !== null && own[name] !== undefined) result[name] = copy(own[name]);
  }
  return result;
}

/** Inherits a block: both → merged, one → a copy of that one, none → null. */
export function inherit(inherited: Fields | undefined, own: Fields | undefined): Fields | null {
  if (inherited === undefined) return own ?? null;
  return own === undefined ? copy(inherited) : merge(inherited, own);
}

/** The text of a field; null and missing are empty. */
export function text(owner: Fields, name: string): string {
  const value = owner[name];
  return typeof value === "string" ? value : "";
}

/** The number of a field; null and missing are 0. */
export function amount(owner: Fields, name: string): number {
  const value = owner[name];
  return typeof value === "number" ? value : 0;
}

export const flag = (owner: Fields, name: string): boolean => owner[name] === true;

/** The texts of a list; null and missing are empty. */
export function texts(owner: Fields, name: string): string[] {
  const value = owner[name];
  return Array.isArray(value) ? value.map((item) => (typeof item === "string" ? item : "")) : [];
}

export const isSet = (owner: Fields, name: string): boolean => owner[name] !== null && owner[name] !== undefined;

/** The objects of a list with their indexes. */
export function* indexed(owner: Fields, name: string): Generator<[number, Fields]> {
  const list = owner[name];
  if (!Array.isArray(list)) return;
  for (const [index, item] of list.entries()) if (isFields(item)) yield [index, item];
}
