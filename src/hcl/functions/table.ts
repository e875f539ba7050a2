// The functions of Nomad's job files, 83 of them, in one table: evaluation, signature help and hover read it.
import { collectionFunctions } from "./collections.ts";
import { combiningFunctions } from "./combining.ts";
import { conversionFunctions } from "./conversion.ts";
import { cryptographyFunctions } from "./cryptography.ts";
import { dateFunctions } from "./date.ts";
import type { FunctionDefinition, FunctionTable } from "./definition.ts";
import { encodingFunctions } from "./encoding.ts";
import { fileFunctions } from "./files.ts";
import { formatFunctions } from "./format.ts";
import { networkFunctions } from "./network.ts";
import { numericFunctions } from "./numeric.ts";
import { regexFunctions } from "./regex.ts";
import { setFunctions } from "./sets.ts";
import { stringFunctions } from "./strings.ts";
import { uuidFunctions } from "./uuid.ts";

/** Those that job files call most come first: only the tables up to that of a called function are made. */
const MAKERS: readonly (() => readonly FunctionDefinition[])[] = [
  stringFunctions,
  formatFunctions,
  collectionFunctions,
  encodingFunctions,
  numericFunctions,
  conversionFunctions,
  combiningFunctions,
  regexFunctions,
  fileFunctions,
  setFunctions,
  dateFunctions,
  networkFunctions,
  cryptographyFunctions,
  uuidFunctions,
];

const made: ReadonlyMap<string, FunctionDefinition>[] = [];

/** One of the tables, made when it is come to: most job files call few functions, or none. */
function tableAt(index: number): ReadonlyMap<string, FunctionDefinition> {
  return (made[index] ??= new Map(MAKERS[index]!().map((definition) => [definition.name, definition])));
}

function find(name: string): FunctionDefinition | undefined {
  for (let index = 0; index < MAKERS.length; index++) {
    const found = tableAt(index).get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

let sorted: ReadonlyMap<string, FunctionDefinition> | undefined;

function all(): ReadonlyMap<string, FunctionDefinition> {
  sorted ??= new Map(
    MAKERS.flatMap((_, index) => [...tableAt(index)]).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return sorted;
}

/** All functions by name, in alphabetical order. */
export const functionTable: FunctionTable = {
  get: find,
  keys: () => all().keys(),
  values: () => all().values(),
  [Symbol.iterator]: () => all().entries(),
};
