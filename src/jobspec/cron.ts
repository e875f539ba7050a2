// The syntax of cron expressions as Nomad's servers read them. Source: hashicorp/cronexpr (5 to 7 fields; second and year
// are optional; L, W and # as Quartz has them; five names such as @daily).

interface Field {
  readonly name: string;
  readonly value: string;
  readonly max: number;
  /** Forms that only this field has, with VALUE for a value. */
  readonly special?: string;
}

const MONTHS =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const DAYS = "sun(?:day)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?";

const SECOND: Field = { name: "second", value: "0?[0-9]|[1-5][0-9]", max: 59 };
const FIELDS: readonly Field[] = [
  { name: "minute", value: "0?[0-9]|[1-5][0-9]", max: 59 },
  { name: "hour", value: "0?[0-9]|1[0-9]|2[0-3]", max: 23 },
  { name: "day-of-month", value: "0?[1-9]|[12][0-9]|3[01]", max: 31, special: "l|lw|(?:VALUE)w" },
  { name: "month", value: `0?[1-9]|1[012]|${MONTHS}`, max: 12 },
  { name: "day-of-week", value: `0?[0-7]|${DAYS}`, max: 6, special: "(?:VALUE)l|(?:VALUE)#[1-5]" },
  { name: "year", value: "19[789][0-9]|20[0-9]{2}", max: 2099 },
];

const NAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 0 1 1 * *",
  "@annually": "0 0 0 1 1 * *",
  "@monthly": "0 0 0 1 * * *",
  "@weekly": "0 0 0 * * 0 *",
  "@daily": "0 0 0 * * * *",
  "@hourly": "0 0 * * * * *",
};

/** Why an expression is refused, in the parser's words (`missing field(s)`); undefined when it is accepted. */
export function cronProblem(expression: string): string | undefined {
  const fields =
    expression
      .replace(/@(?:yearly|annually|monthly|weekly|daily|hourly)/g, (name) => NAMES[name] ?? name)
      .match(/\S+/g) ?? [];
  if (fields.length < 5) return "missing field(s)";
  const known = fields.length >= 7 ? [SECOND, ...FIELDS] : FIELDS;
  for (const [index, field] of known.entries()) {
    const text = fields[index];
    const problem = text === undefined ? undefined : fieldProblem(text, field);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(text: string, field: Field): string | undefined {
  const entries = text.split(",").filter((entry) => entry !== "");
  if (entries.length === 0) return `${field.name} field: missing directive`;
  const value = `(?:${field.value})`;
  const plain = new RegExp(`^(?:\\*|\\?|${value}|${value}-${value})$`);
  const stepped = new RegExp(`^(?:\\*|${value}|${value}-${value})/([0-9]+)$`);
  const special =
    field.special === undefined ? undefined : new RegExp(`^(?:${field.special.replaceAll("VALUE", field.value)})$`);
  for (const entry of entries) {
    const lower = entry.toLowerCase();
    if (plain.test(lower)) continue;
    const step = stepped.exec(lower)?.[1];
    if (step !== undefined) {
      if (stepValue(step) < 1 || stepValue(step) > field.max) return `invalid interval ${lower}`;
    } else if (special?.test(lower) !== true) {
      return `syntax error in ${field.name} field: '${entry}'`;
    }
  }
  return undefined;
}

/** Steps are looked up in the table of values: 0 to 59 with at most one leading zero, and years. */
function stepValue(digits: string): number {
  const isKnown = /^(?:0?[0-9]|[1-5][0-9]|19[789][0-9]|20[0-9]{2})$/.test(digits);
  return isKnown ? Number(digits) : 0;
}
