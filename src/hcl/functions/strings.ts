// String functions. Lengths and positions count grapheme clusters.
import { ok } from "../../base/result.ts";
import { spendCharacters } from "../budget.ts";
import { integer, list, listOf, NUMBER, STRING, string, type Value } from "../value.ts";
import { lowerCase, titleCase, trimSpace, upperCase } from "./caseMapping.ts";
import { argumentError, callError, type EagerFunction, type FunctionResult } from "./definition.ts";
import { countGraphemes, graphemes } from "./graphemes.ts";
import { itemsOf, parameter, textOf, wholeNumber } from "./support.ts";

const inStrings = { kind: "eager", category: "string", returnType: STRING } as const;
const str = parameter("str", STRING, "The string.");

const change = (name: string, description: string, changed: (text: string) => string): EagerFunction => ({
  ...inStrings,
  name,
  description,
  parameters: [str],
  implementation: ([text]) => ok(string(changed(textOf(text)))),
});

const reversal = (name: string, description: string): EagerFunction => ({
  ...inStrings,
  name,
  description,
  parameters: [str],
  implementation: ([text], { budget }) => ok(string([...graphemes(textOf(text), budget)].reverse().join(""))),
});

/** Without the line ends at the end. */
function chomp(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
  return text.slice(0, end);
}

function trimCharacters(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const characters = Array.from(text);
  let start = 0;
  let end = characters.length;
  while (start < end && cut.has(characters[start]!)) start++;
  while (end > start && cut.has(characters[end - 1]!)) end--;
  return characters.slice(start, end).join("");
}

/** The clusters from an offset on; a negative offset counts from the end, a negative length takes all. */
function substring(clusters: readonly string[], offset: number, length: number): string {
  const start = offset < 0 ? offset + clusters.length : offset;
  if (offset >= 0 && length === 0) return "";
  const rest = clusters.slice(Math.max(start, 0));
  // With a negative offset a length of 0 takes all, as in the original.
  return (length <= 0 ? rest : rest.slice(0, length)).join("");
}

function joined(separator: string, lists: readonly Value[]): FunctionResult<string> {
  const items: string[] = [];
  for (const [i, given] of lists.entries()) {
    for (const [j, item] of itemsOf(given).entries()) {
      if (item.kind !== "string") return argumentError(i + 1, `element ${j} is null, and null cannot be joined`);
      items.push(item.value);
    }
  }
  return ok(items.join(separator));
}

/** How often `part` occurs; an empty part occurs before, between and after all code points. */
function occurrences(text: string, part: string): number {
  if (part === "") return Array.from(text).length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

export const stringFunctions = (): readonly EagerFunction[] => [
  change("chomp", "Removes the newlines at the end of a string.", chomp),
  {
    ...inStrings,
    name: "indent",
    description: "Puts spaces at the start of every line but the first.",
    parameters: [parameter("spaces", NUMBER, "How many spaces."), parameter("str", STRING, "The lines.")],
    implementation: ([spaces, given], { budget }) => {
      const count = wholeNumber(spaces);
      if (!count.ok) return count;
      if (count.value < 0) return callError("the number of spaces must not be negative");
      const text = textOf(given);
      spendCharacters(budget, text.length + (occurrences(text, "\n") + 1) * count.value);
      return ok(string(text.replaceAll("\n", `\n${" ".repeat(count.value)}`)));
    },
  },
  {
    ...inStrings,
    name: "join",
    description: "Joins the strings of one or more lists, with a separator between them.",
    parameters: [parameter("separator", STRING, "What to put between the strings.")],
    variadic: parameter("lists", listOf(STRING), "Lists of strings.", "dynamic"),
    implementation: ([separator, ...lists], { budget, returnType }) => {
      if (lists.length === 0) return callError("at least one list is needed");
      if (lists.some((given) => itemsOf(given).some((item) => item.kind === "unknown"))) {
        return ok({ kind: "unknown", type: returnType });
      }
      const between = textOf(separator);
      const count = lists.reduce((sum, given) => sum + itemsOf(given).length, 0);
      spendCharacters(budget, between.length * count);
      const text = joined(between, lists);
      return text.ok ? ok(string(text.value)) : text;
    },
  },
  change("lower", "Maps all letters to lower case.", lowerCase),
  {
    ...inStrings,
    name: "replace",
    description: "Replaces every occurrence of a string by another. For patterns see regex_replace.",
    parameters: [
      parameter("str", STRING, "The string to search."),
      parameter("substr", STRING, "What to look for; taken as it is, never as a pattern."),
      parameter("replace", STRING, "What to put in its place."),
    ],
    implementation: ([given, part, replacement], { budget }) => {
      const text = textOf(given);
      const [from, to] = [textOf(part), textOf(replacement)];
      spendCharacters(budget, text.length + occurrences(text, from) * to.length);
      if (from !== "") return ok(string(text.split(from).join(to)));
      return ok(string(to + Array.from(text, (character) => character + to).join("")));
    },
  },
  reversal("reverse", "Reverses the characters of a string; the same as strrev. It does not reverse lists."),
  {
    ...inStrings,
    name: "split",
    description: "Splits a string at every occurrence of a separator; an empty separator splits all characters.",
    returnType: listOf(STRING),
    parameters: [parameter("separator", STRING, "Where to split."), parameter("str", STRING, "The string to split.")],
    implementation: ([separator, given]) => {
      const parts = textOf(separator) === "" ? Array.from(textOf(given)) : textOf(given).split(textOf(separator));
      return ok(list(STRING, parts.map(string)));
    },
  },
  {
    ...inStrings,
    name: "strlen",
    description: "The number of characters, as people count them.",
    returnType: NUMBER,
    parameters: [str],
    implementation: ([text], { budget }) => ok(integer(countGraphemes(textOf(text), budget))),
  },
  reversal("strrev", "Reverses the characters of a string."),
  {
    ...inStrings,
    name: "substr",
    description: "A part of a string, by position and length in characters.",
    parameters: [
      parameter("str", STRING, "The string."),
      parameter("offset", NUMBER, "Where the part starts; negative counts from the end."),
      parameter("length", NUMBER, "How many characters; -1 takes all that follow."),
    ],
    implementation: ([text, offset, length], { budget }) => {
      const start = wholeNumber(offset);
      if (!start.ok) return start;
      const count = wholeNumber(length);
      if (!count.ok) return count;
      return ok(string(substring(graphemes(textOf(text), budget), start.value, count.value)));
    },
  },
  change("title", "Maps the first letter of every word to title case.", titleCase),
  {
    ...inStrings,
    name: "trim",
    description: "Removes the given characters from both ends of a string.",
    parameters: [
      parameter("str", STRING, "The string."),
      parameter("cutset", STRING, "The characters to remove, in any order."),
    ],
    implementation: ([text, cutset]) => ok(string(trimCharacters(textOf(text), textOf(cutset)))),
  },
  {
    ...inStrings,
    name: "trimprefix",
    description: "Removes a string from the start of another, once, if it is there.",
    parameters: [parameter("str", STRING, "The string."), parameter("prefix", STRING, "What to remove.")],
    implementation: ([text, prefix]) => {
      const [given, start] = [textOf(text), textOf(prefix)];
      return ok(string(given.startsWith(start) ? given.slice(start.length) : given));
    },
  },
  change("trimspace", "Removes white space from both ends of a string.", trimSpace),
  {
    ...inStrings,
    name: "trimsuffix",
    description: "Removes a string from the end of another, once, if it is there.",
    parameters: [parameter("str", STRING, "The string."), parameter("suffix", STRING, "What to remove.")],
    implementation: ([text, suffix]) => {
      const [given, end] = [textOf(text), textOf(suffix)];
      return ok(string(given.endsWith(end) ? given.slice(0, given.length - end.length) : given));
    },
  },
  change("upper", "Maps all letters to upper case.", upperCase),
];
