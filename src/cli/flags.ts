// Flags as Nomad's users write them: -flag, --flag, -flag=value, --flag value; anywhere among the arguments.
import { nearest } from "../base/nearest.ts";
import { fail, ok, type Result } from "../base/result.ts";

export interface FlagSpec {
  /** `switch` takes no value (but `-flag=false` is understood), `value` takes one, `list` may be repeated. */
  readonly kind: "switch" | "value" | "list";
  /** What the value is, for the help text: `FILE`, `N`, `text|json`. */
  readonly value?: string;
  readonly help: string;
  /** Other spellings, such as `h` for `help`. */
  readonly aliases?: readonly string[];
  /** The only values that are understood. */
  readonly choices?: readonly string[];
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export interface ParsedArguments {
  /** Arguments that are not flags, in order; everything after `--` included, in `rest`. */
  readonly operands: readonly string[];
  /** What stood after `--`, or undefined when there was no `--`. */
  readonly rest: readonly string[] | undefined;
  readonly has: (name: string) => boolean;
  /** Whether a switch was written as `-name=false`. */
  readonly isOff: (name: string) => boolean;
  readonly value: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
}

/** The words that Go's flags take for a switch, and so Nomad's. */
const SWITCH_WORDS = { on: ["1", "t", "T", "true", "TRUE", "True"], off: ["0", "f", "F", "false", "FALSE", "False"] };

function switchPosition(word: string): "on" | "off" | undefined {
  if (SWITCH_WORDS.on.includes(word)) return "on";
  return SWITCH_WORDS.off.includes(word) ? "off" : undefined;
}

/** Whether a word is this switch, and which way; for one that may stand before the verb. */
export function asSwitch(word: string, name: string): "on" | "off" | undefined {
  if (!word.startsWith("-")) return undefined;
  const match = /^--?([^=]+)(?:=(.*))?$/.exec(word);
  return match?.[1] === name ? switchPosition(match[2] ?? "true") : undefined;
}

/** Parses `words` against the specs; the error is one sentence for the user. */
export function parseArguments(words: readonly string[], specs: FlagSpecs): Result<ParsedArguments, string> {
  const names = new Map<string, string>();
  for (const [name, spec] of Object.entries(specs))
    for (const key of [name, ...(spec.aliases ?? [])]) names.set(key, name);
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  let rest: readonly string[] | undefined;

  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      rest = words.slice(at + 1);
      break;
    }
    // Most words are operands, and need no pattern.
    const match = word.startsWith("-") ? /^--?([^=]+)(?:=([\s\S]*))?$/.exec(word) : null;
    if (match === null || word === "-") {
      operands.push(word);
      continue;
    }
    const [, written = "", inline] = match;
    const name = names.get(written);
    const spec = name === undefined ? undefined : specs[name];
    if (name === undefined || spec === undefined) {
      const near = nearest(written.toLowerCase(), names.keys());
      const next =
        near === undefined ? "an argument that begins with a dash stands after --" : `did you mean -${near}?`;
      return fail(`unknown flag ${word.split("=")[0] ?? word}; ${next}`);
    }
    if (spec.kind === "switch") {
      const position = switchPosition(inline ?? "true");
      if (position === undefined) return fail(`flag -${name} takes true or false, not "${inline ?? ""}"`);
      values.set(name, position === "off" ? [] : ["true"]);
      continue;
    }
    let value = inline;
    if (value === undefined) {
      value = words[++at];
      if (value === undefined) return fail(`flag -${name} needs a value (${spec.value ?? "VALUE"})`);
    }
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      return fail(`flag -${name} takes one of ${spec.choices.join(", ")}, not "${value}"`);
    }
    values.set(name, spec.kind === "list" ? [...(values.get(name) ?? []), value] : [value]);
  }

  return ok({
    operands,
    rest,
    isOff: (name) => values.get(name)?.length === 0,
    has: (name) => (values.get(name)?.length ?? 0) > 0,
    value: (name) => values.get(name)?.at(-1),
    list: (name) => values.get(name) ?? [],
  });
}
