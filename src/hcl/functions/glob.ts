// Finds files by pattern, as fileset() does: `*`, `?`, `[a-z]`, `{a,b}` within names and `**` over folders.
import { type Dirent, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fail, ok, type Result } from "../../base/result.ts";
import { type Budget, spend } from "../budget.ts";

const UNITS_PER_ENTRY = 20;
const MAX_ALTERNATIVES = 256;

/**
 * Regular files below a folder that match, as slash-separated paths relative to it. Nothing when the folder does not
 * exist; the error is for a pattern that is none.
 */
export function findFiles(folder: string, pattern: string, budget: Budget): Result<string[], string> {
  const found = new Set<string>();
  const alternatives = expandBraces(pattern);
  if (alternatives === undefined) return fail(`the pattern "${pattern}" has a brace that is not closed`);
  if (alternatives.length > MAX_ALTERNATIVES) return fail(`the pattern "${pattern}" has too many alternatives`);
  for (const alternative of alternatives) {
    const { start, parts } = pathOf(folder, alternative);
    const steps: Step[] = [];
    for (const part of parts) {
      const step = readStep(part);
      if (step === undefined) return fail(`the pattern "${pattern}" has a bracket that is not closed`);
      steps.push(step);
    }
    const search = { folder: start, budget, found: new Set<string>() };
    if (steps.length === 0) visit(search, "", "", steps);
    else walk(search, "", steps);
    for (const path of search.found) found.add(start === folder ? path : relativeTo(folder, join(start, path)));
  }
  return ok([...found]);
}

/** Where to start and what to follow from there: `..` goes by the text alone, and takes back what stands before it. */
function pathOf(folder: string, pattern: string): { readonly start: string; readonly parts: readonly string[] } {
  const parts: string[] = [];
  let start = folder;
  for (const part of pattern.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) start = dirname(start);
  }
  return { start, parts };
}

const relativeTo = (folder: string, path: string): string => relative(folder, path).replaceAll(sep, "/") || ".";

type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "any-folders" }
  | { readonly kind: "match"; readonly test: RegExp };

function readStep(part: string): Step | undefined {
  if (part === "**") return { kind: "any-folders" };
  if (!/[*?[\\]/.test(part)) return { kind: "name", name: part };
  const source = patternSource(part);
  return source === undefined ? undefined : { kind: "match", test: new RegExp(`^${source}$`, "su") };
}

/** The pattern of one name as a regular expression; `undefined` for one that is not closed. */
function patternSource(part: string): string | undefined {
  let source = "";
  const characters = Array.from(part);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const close = characters.indexOf("]", i + 2);
      if (close < 0) return undefined;
      const inside = characters.slice(i + 1, close).join("");
      const negated = inside.startsWith("^");
      source += `[${negated ? "^" : ""}${inside.slice(negated ? 1 : 0).replace(/[\\[\]^&~|]/g, "\\$&")}]`;
      i = close;
    } else if (character === "\\" && i + 1 < characters.length) source += escaped(characters[++i]!);
    else source += escaped(character);
  }
  return source;
}

const escaped = (character: string): string => (/[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);

/** `a{b,c}d` becomes `abd` and `acd`; `undefined` for a brace that is not closed. */
function expandBraces(pattern: string): string[] | undefined {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === "{") depth++;
    if (character === "}") depth--;
    if ((character === "," && depth === 1) || depth === 0) {
      parts.push(pattern.slice(start, i));
      start = i + 1;
    }
    if (depth > 0) continue;
    const tails = expandBraces(pattern.slice(i + 1));
    const heads = parts.map(expandBraces);
    if (tails === undefined || heads.length * tails.length > MAX_ALTERNATIVES) return tails;
    return heads.flatMap((head) =>
      (head ?? []).flatMap((middle) => tails.map((tail) => pattern.slice(0, open) + middle + tail)),
    );
  }
  return undefined;
}

interface Walk {
  readonly folder: string;
  readonly budget: Budget;
  readonly found: Set<string>;
}

function walk(search: Walk, at: string, steps: readonly Step[]): void {
  const [step, ...rest] = steps;
  if (step === undefined) return;
  if (step.kind === "name") {
    visit(search, at, step.name, rest);
    return;
  }
  for (const entry of entriesOf(search, at)) {
    if (step.kind === "match") {
      if (step.test.test(entry.name)) visit(search, at, entry.name, rest);
    } else {
      // `**` stands for any number of folders, also none, and at the end for every file below.
      if (entry.isDirectory()) walk(search, joined(at, entry.name), steps);
      else if (rest.length === 0) visit(search, at, entry.name, []);
    }
  }
  if (step.kind === "any-folders" && rest.length > 0) walk(search, at, rest);
}

const joined = (at: string, name: string): string => (at === "" ? name : `${at}/${name}`);

function visit(search: Walk, at: string, name: string, rest: readonly Step[]): void {
  const path = joined(at, name);
  if (rest.length > 0) {
    walk(search, path, rest);
    return;
  }
  spend(search.budget, UNITS_PER_ENTRY);
  if (isFile(join(search.folder, path))) search.found.add(path || ".");
}

/** What cannot be looked at, as a name with a zero byte, is not there. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

/** The entries of a folder; none when it cannot be read, as when it does not exist. */
function entriesOf(search: Walk, at: string): readonly Dirent[] {
  try {
    const entries = readdirSync(join(search.folder, at), { withFileTypes: true });
    spend(search.budget, UNITS_PER_ENTRY * (entries.length + 1));
    return entries;
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
