// regex_replace: RE2 patterns, with Go's rules for replacing.
import { RE2JS } from "re2js";
import { ok } from "../../base/result.ts";
import { type Budget, LimitExceeded, spend, spendCharacters } from "../budget.ts";
import { STRING, string } from "../value.ts";
import { callError, type EagerFunction } from "./definition.ts";
import { parameter, textOf } from "./support.ts";

/** RE2 takes time in proportion to text × pattern: so many steps for one unit of the budget. */
const STEPS_PER_UNIT = 32;
/** Searching on after each match may look at all the rest again, which the library does not tell: so time is measured. */
const TIME_LIMIT_MS = 600;
/** A class of characters by property makes this much of a program. */
const PROPERTY_WEIGHT = 200;
const MAX_PATTERN_LENGTH = 10_000;

/** About how large the program of a pattern is: repetitions are written out in it (at most 1000 of them). */
function programEstimate(source: string): number {
  const repetitions = Math.max(1, ...Array.from(source.matchAll(/\{(?:\d+,)?(\d+)/g), ([, count]) => Number(count)));
  const properties = source.match(/\\[pPdDwWsS]/g)?.length ?? 0;
  return (source.length + properties * PROPERTY_WEIGHT) * Math.min(repetitions, 1_000);
}

type Piece = { readonly literal: string } | { readonly group: number | string };

/** Splits a replacement: `$1`, `$name`, `${name}` stand for groups, `$$` for a dollar sign. */
function parseReplacement(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  for (let at = rest.indexOf("$"); at >= 0; at = rest.indexOf("$")) {
    if (at > 0) pieces.push({ literal: rest.slice(0, at) });
    rest = rest.slice(at);
    const match = /^\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/u.exec(rest);
    const name = match?.[1] ?? match?.[2];
    pieces.push(name === undefined ? { literal: "$" } : { group: /^\d+$/.test(name) ? Number(name) : name });
    rest = rest.slice(match?.[0].length ?? 1);
  }
  if (rest !== "") pieces.push({ literal: rest });
  return pieces;
}

function replaceAll(pattern: RE2JS, text: string, replacement: readonly Piece[], budget: Budget): string {
  const matcher = pattern.matcher(text);
  const groups = pattern.groupCount();
  const names = pattern.namedGroups() as Readonly<Record<string, number>>;
  const expand = (piece: Piece): string => {
    if ("literal" in piece) return piece.literal;
    const index = typeof piece.group === "number" ? piece.group : names[piece.group];
    return index === undefined || index > groups ? "" : (matcher.group(index) ?? "");
  };
  const deadline = performance.now() + TIME_LIMIT_MS;
  let result = "";
  let copied = 0;
  let from = 0;
  while (from <= text.length && matcher.find(from)) {
    if (performance.now() > deadline) throw new LimitExceeded("A regular expression takes too long.");
    const [start, end] = [matcher.start(), matcher.end()];
    result += text.slice(copied, start);
    // An empty match right after another match is no match of its own.
    if (end > copied || start === 0) {
      const expansion = replacement.map(expand).join("");
      spendCharacters(budget, expansion.length);
      result += expansion;
    }
    copied = end;
    const width = (text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
    from = Math.max(end, from + width);
  }
  return result + text.slice(copied);
}

export const regexFunctions = (): readonly EagerFunction[] => [
  {
    kind: "eager",
    category: "string",
    name: "regex_replace",
    description:
      "Replaces every match of an RE2 pattern. Write `$1` or `$${name}` for groups; look-around does not exist in RE2.",
    returnType: STRING,
    parameters: [
      parameter("str", STRING, "The string to search."),
      parameter("pattern", STRING, "The regular expression, in RE2 syntax."),
      parameter("replace", STRING, "What to put in place of each match."),
    ],
    implementation: ([given, patternValue, replacement], { budget }) => {
      const source = textOf(patternValue);
      if (source.length > MAX_PATTERN_LENGTH) return callError("the pattern is too long");
      spend(budget, programEstimate(source));
      let pattern: RE2JS;
      try {
        pattern = RE2JS.compile(source);
      } catch (error) {
        return callError(
          `the pattern is not a regular expression of RE2: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      const text = textOf(given);
      spend(budget, Math.ceil((text.length * pattern.programSize()) / STEPS_PER_UNIT));
      return ok(string(replaceAll(pattern, text, parseReplacement(textOf(replacement)), budget)));
    },
  },
];
