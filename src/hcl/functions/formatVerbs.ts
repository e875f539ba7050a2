// The verbs of format(): `%5.2f`, `%[2]s` and their like, split off a format string and applied to values.
import { ok } from "../../base/result.ts";
import { isInteger, toBigInt } from "../bigfloat.ts";
import { toExponent, toFixed, toGeneral } from "../bigfloatText.ts";
import { type Budget, spendCharacters } from "../budget.ts";
import { convert } from "../convert.ts";
import { BOOL, NUMBER, STRING, type Value } from "../value.ts";
import { argumentError, callError, type FunctionResult } from "./definition.ts";
import { countGraphemes, graphemes } from "./graphemes.ts";
import { jsonText } from "./json.ts";

interface Verb {
  /** The verb as written. */
  readonly text: string;
  readonly offset: number;
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** Index of the argument, from 0; `undefined` takes the next. */
  readonly argument: number | undefined;
  readonly letter: string;
}

const VERB = /%([0# +-]*)([1-9]\d*)?(?:\.(\d*))?(?:\[([1-9]\d*)\])?([a-zA-Z])/y;
const MAX_WIDTH = 1_000_000;

function verbAt(format: string, offset: number): FunctionResult<Verb> {
  VERB.lastIndex = offset;
  const match = VERB.exec(format);
  if (!match) return callError(`there is no verb at position ${offset} of the format`);
  const [text, flags, width, precision, argument, letter] = match;
  const verb: Verb = {
    text,
    offset,
    flags: flags ?? "",
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    argument: argument === undefined ? undefined : Number(argument) - 1,
    letter: letter ?? "",
  };
  if ((verb.width ?? 0) > MAX_WIDTH || (verb.precision ?? 0) > MAX_WIDTH) {
    return callError(`the width or precision of "${text}" is too large`);
  }
  return ok(verb);
}

/** Applies a format to arguments. All must be used, and there must be one for every verb. */
export function formatValues(format: string, args: readonly Value[], budget: Budget): FunctionResult<string> {
  let result = "";
  let next = 0;
  let used = 0;
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf("%", at);
    if (percent < 0) {
      result += format.slice(at);
      break;
    }
    result += format.slice(at, percent);
    if (format.charAt(percent + 1) === "%") {
      result += "%";
      at = percent + 2;
      continue;
    }
    const verb = verbAt(format, percent);
    if (!verb.ok) return verb;
    const index = verb.value.argument ?? next;
    const argument = args[index];
    if (argument === undefined) {
      return callError(`"${verb.value.text}" needs argument ${index + 1}, but there are ${args.length}`);
    }
    const text = applyVerb(verb.value, argument, budget);
    if (!text.ok) return text;
    spendCharacters(budget, text.value.length);
    result += text.value;
    next = index + 1;
    used = Math.max(used, next);
    at = percent + verb.value.text.length;
  }
  // The format is argument 0 of the call.
  return used < args.length
    ? argumentError(used + 1, used === 0 ? "the format has no verbs" : `the format uses only ${used} of the arguments`)
    : ok(result);
}

function applyVerb(verb: Verb, value: Value, budget: Budget): FunctionResult<string> {
  const unsupported = (reason: string): FunctionResult<never> =>
    callError(`"${verb.text}" at position ${verb.offset} cannot print its argument: ${reason}`);
  if (verb.letter !== "v" && value.kind === "null") return unsupported("it is null");
  switch (verb.letter) {
    case "v":
      return asIs(verb, value, budget, unsupported);
    case "t": {
      const truth = convert(value, BOOL);
      if (!truth.ok) return unsupported(truth.error);
      return ok(truth.value.kind === "bool" && truth.value.value ? "true" : "false");
    }
    case "b":
    case "d":
    case "o":
    case "x":
    case "X":
      return asInteger(verb, value, unsupported);
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return asFloat(verb, value, unsupported);
    case "s":
    case "q":
      return asString(verb, value, budget, unsupported);
    default:
      return callError(`"${verb.text}" at position ${verb.offset} is not a verb of format()`);
  }
}

type Unsupported = (reason: string) => FunctionResult<never>;

function asIs(verb: Verb, value: Value, budget: Budget, unsupported: Unsupported): FunctionResult<string> {
  const sharp = verb.flags.includes("#");
  if (value.kind === "string" && !sharp) return ok(padded(verb, value.value, budget));
  if (value.kind === "number" && !sharp) {
    const text = toGeneral(value.value);
    return text === undefined ? unsupported("it has too many digits") : ok(padded(verb, text, budget));
  }
  const json = jsonText(value);
  return json.ok ? ok(padded(verb, json.value, budget)) : unsupported(json.error);
}

function asString(verb: Verb, value: Value, budget: Budget, unsupported: Unsupported): FunctionResult<string> {
  const converted = convert(value, STRING);
  if (!converted.ok) return unsupported(converted.error);
  let text = converted.value.kind === "string" ? converted.value.value : "";
  // A precision of 0 cuts nothing, as in the original.
  if (verb.precision !== undefined && verb.precision > 0) {
    text = graphemes(text, budget).slice(0, verb.precision).join("");
  }
  if (verb.letter === "s") return ok(padded(verb, text, budget));
  const json = jsonText({ kind: "string", value: text });
  return json.ok ? ok(padded(verb, json.value, budget)) : unsupported(json.error);
}

/** Fills up to the width, which counts characters as people see them. */
function padded(verb: Verb, text: string, budget: Budget): string {
  if (verb.width === undefined) return text;
  const missing = Math.max(verb.width - countGraphemes(text, budget), 0);
  const fill = (verb.flags.includes("0") ? "0" : " ").repeat(missing);
  return verb.flags.includes("-") ? text + fill : fill + text;
}

const BASES: Readonly<Record<string, { readonly base: number; readonly prefix: string }>> = {
  b: { base: 2, prefix: "0b" },
  d: { base: 10, prefix: "" },
  o: { base: 8, prefix: "0" },
  x: { base: 16, prefix: "0x" },
  X: { base: 16, prefix: "0X" },
};

const signFor = (negative: boolean, flags: string): string =>
  negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";

function asInteger(verb: Verb, value: Value, unsupported: Unsupported): FunctionResult<string> {
  const converted = convert(value, NUMBER);
  if (!converted.ok) return unsupported(converted.error);
  if (converted.value.kind !== "number" || !isInteger(converted.value.value)) {
    return unsupported("a whole number is needed");
  }
  const whole = toBigInt(converted.value.value);
  if (whole === undefined) return unsupported("it has too many digits");
  const negative = whole < 0n;
  const { base, prefix } = BASES[verb.letter]!;
  const digits = (negative ? -whole : whole).toString(base);
  const shown = verb.letter === "X" ? digits.toUpperCase() : digits;
  if (verb.precision === 0 && whole === 0n) return ok("");
  const lead = signFor(negative, verb.flags) + (verb.flags.includes("#") ? prefix : "");
  const body = shown.padStart(verb.precision ?? 0, "0");
  const width = verb.width ?? 0;
  if (verb.flags.includes("-")) return ok((lead + body).padEnd(width));
  if (verb.flags.includes("0") && verb.precision === undefined) {
    return ok(lead + body.padStart(Math.max(width - lead.length, 0), "0"));
  }
  return ok((lead + body).padStart(width));
}

const DEFAULT_FRACTION_DIGITS = 6;

function asFloat(verb: Verb, value: Value, unsupported: Unsupported): FunctionResult<string> {
  const converted = convert(value, NUMBER);
  if (!converted.ok) return unsupported(converted.error);
  if (converted.value.kind !== "number") return unsupported("a number is needed");
  const x = converted.value.value;
  const letter = verb.letter.toLowerCase();
  const text =
    letter === "g"
      ? toGeneral(x, verb.precision)
      : (letter === "e" ? toExponent : toFixed)(x, verb.precision ?? DEFAULT_FRACTION_DIGITS);
  if (text === undefined) return unsupported("it has too many digits");
  const digits = text.replace(/^[+-]/, "");
  const shown = verb.letter === letter || x.form === "infinite" ? digits : digits.toUpperCase();
  const infinite = x.form === "infinite";
  const lead = infinite && !x.negative ? (verb.flags.includes(" ") ? " " : "+") : signFor(x.negative, verb.flags);
  const width = verb.width ?? 0;
  if (verb.flags.includes("-")) return ok((lead + shown).padEnd(width));
  if (verb.flags.includes("0") && !infinite) return ok(lead + shown.padStart(Math.max(width - lead.length, 0), "0"));
  return ok((lead + shown).padStart(width));
}
