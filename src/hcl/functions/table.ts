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

function definitions(): readonly FunctionDefinition[] {
  return [
    ...collectionFunctions(),
    ...combiningFunctions(),
    ...conversionFunctions(),
    ...cryptographyFunctions(),
    ...dateFunctions(),
    ...encodingFunctions(),
    ...fileFunctions(),
    ...formatFunctions(),
    ...networkFunctions(),
    ...numericFunctions(),
    ...regexFunctions(),
    ...setFunctions(),
    ...stringFunctions(),
    ...uuidFunctions(),
  ];
}

let made: ReadonlyMap<string, FunctionDefinition> | undefined;

/** The definitions, made when the first one is asked for: most job files call no function. */
function table(): ReadonlyMap<string, FunctionDefinition> {
  made ??= new Map(
    definitions()
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map((definition) => [definition.name, definition]),
  );
  return made;
}

/** All functions by name, in alphabetical order. */
export const functionTable: FunctionTable = {
  get: (name) => table().get(name),
  keys: () => table().keys(),
  values: () => table().values(),
  [Symbol.iterator]: () => table().entries(),
};
