// The evaluation budget: a count of work, not of time, so that the same input always ends at the same place. Expressions
// that would run for ever, fill the memory or overflow the stack end in a diagnostic instead.

/** Work done so far. One unit is about the evaluation of one small expression, below a microsecond. */
export interface Budget {
  left: number;
}

/** About a second of the slowest work there is; a job file of 100,000 lines needs a fraction of it. */
export const DEFAULT_BUDGET_UNITS = 2_000_000;
/** Expressions nested deeper than this are not evaluated; the parser stops earlier. */
export const MAX_EVALUATION_DEPTH = 1_000;
/** Longest string an evaluation may make, in UTF-16 code units. */
export const MAX_STRING_LENGTH = 32 * 1024 * 1024;
const CHARACTERS_PER_UNIT = 64;

export const createBudget = (units: number = DEFAULT_BUDGET_UNITS): Budget => ({ left: units });

/** Ends the current evaluation from any depth; `evaluate` turns it into a diagnostic. Never leaves src/hcl. */
export class LimitExceeded extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "LimitExceeded";
  }
}

/** Takes work from the budget. @throws LimitExceeded when it is used up. */
export function spend(budget: Budget, units: number): void {
  budget.left -= units;
  if (budget.left < 0) throw new LimitExceeded("Evaluating it takes too much work.");
}

/** Takes the making of a string of this length from the budget. @throws LimitExceeded */
export function spendCharacters(budget: Budget, length: number): void {
  if (length > MAX_STRING_LENGTH) {
    throw new LimitExceeded(`It makes a string of more than ${MAX_STRING_LENGTH / 1024 / 1024} million characters.`);
  }
  spend(budget, Math.ceil(length / CHARACTERS_PER_UNIT));
}
