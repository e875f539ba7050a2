// `locals` blocks: any order, each evaluated once, after what it needs. Nomad retries until nothing changes; the result is
// the same, but here it does not depend on the order of a map, and cycles are named.
import type { Diagnostic } from "../hcl/diagnostic.ts";
import { hasErrors } from "../hcl/diagnostic.ts";
import type { SourceText } from "../hcl/source.ts";
import { object, UNKNOWN, type Value } from "../hcl/value.ts";
import type { ReadableAttribute, ReadableBlock, Report } from "./decode/body.ts";
import { droppedAt } from "./decode/context.ts";
import { memberOf, referencesOf } from "./references.ts";

export interface DeclaredLocals {
  readonly named: ReadonlyMap<string, ReadableAttribute>;
  /** Those whose names later ones have taken. Their values are not seen, but their mistakes are. */
  readonly replaced: readonly ReadableAttribute[];
}

/** The arguments of all `locals` blocks; of two with one name the later one counts, as in Nomad, which says nothing. */
export function declareLocals(source: SourceText, blocks: readonly ReadableBlock[], report: Report): DeclaredLocals {
  const named = new Map<string, ReadableAttribute>();
  const replaced: ReadableAttribute[] = [];
  for (const block of blocks) {
    for (const attribute of block.body.justAttributes(report)) {
      const earlier = named.get(attribute.name);
      if (earlier !== undefined) {
        const detail = `A later locals block sets ${attribute.name} again, and only that value counts.`;
        report(droppedAt({ source }, earlier.nameSpan, detail));
        replaced.push(earlier);
      }
      named.set(attribute.name, attribute);
    }
  }
  return { named, replaced };
}

/** So many failures are evaluated again with all names at hand, for "did you mean". */
const MOST_SUGGESTIONS = 20;
/** So many members of a circle are named. */
const MOST_NAMES = 6;

interface Local {
  readonly attribute: ReadableAttribute;
  readonly needs: readonly string[];
  /** It uses `local` as a whole, so it comes after all others. */
  readonly needsAll: boolean;
  state: "waiting" | "visiting" | "cyclic" | "known" | "failed";
}

/** Tells what `local` is to the context that locals are evaluated in. */
export type BindLocal = (value: Value) => void;

/**
 * Evaluates locals, each after those it refers to. One that needs a failed one is left out without a message of its own.
 * @returns the problems, one list for each local that failed, in the order of the file
 */
export function evaluateLocals(
  source: SourceText,
  { named, replaced }: DeclaredLocals,
  mode: "strict" | "editor",
  bind: BindLocal,
): readonly (readonly Diagnostic[])[] {
  const locals = new Map<string, Local>();
  const values = new Map<string, Value>();
  for (const [name, attribute] of named) locals.set(name, prepare(attribute, named));
  const problems: { readonly start: number; readonly diagnostics: readonly Diagnostic[] }[] = [];
  const settle = (name: string, local: Local): void => {
    const found = evaluateLocal(name, local, { locals, values, bind, withNames: problems.length < MOST_SUGGESTIONS });
    if (found.length > 0) problems.push({ start: local.attribute.span.start, diagnostics: found });
  };
  for (const whole of [false, true]) {
    for (const [name, local] of locals) if (local.needsAll === whole) visit(name, locals, settle);
  }
  const cycle = [...locals].filter(([, local]) => local.state === "cyclic");
  const [first] = cycle;
  if (first !== undefined) {
    const names = cycle.map(([name]) => `local.${name}`);
    problems.push({ start: first[1].attribute.span.start, diagnostics: cycleProblem(source, first[1], names, locals) });
  }
  // In the editor a local that failed stays known by name, so that what refers to it is not marked as well.
  if (mode === "editor") for (const name of locals.keys()) if (!values.has(name)) values.set(name, UNKNOWN);
  bind(object(values));
  for (const { value, span } of replaced) {
    const diagnostics = value.evaluate().diagnostics.filter(({ severity }) => severity === "error");
    if (diagnostics.length > 0) problems.push({ start: span.start, diagnostics });
  }
  return problems.sort((left, right) => left.start - right.start).map(({ diagnostics }) => diagnostics);
}

function prepare(attribute: ReadableAttribute, declared: ReadonlyMap<string, ReadableAttribute>): Local {
  const needs = new Set<string>();
  let needsAll = false;
  for (const traversal of referencesOf(...attribute.value.trees()).traversals) {
    if (traversal.root !== "local") continue;
    const member = memberOf(traversal);
    if (member === undefined) needsAll = true;
    else if (declared.has(member.name)) needs.add(member.name);
  }
  return { attribute, needs: [...needs], needsAll, state: "waiting" };
}

/** Depth first, with a stack of our own: chains may be thousands long. */
function visit(start: string, locals: ReadonlyMap<string, Local>, settle: (name: string, local: Local) => void): void {
  const path: { readonly name: string; readonly local: Local; next: number }[] = [];
  const enter = (name: string): void => {
    const local = locals.get(name);
    if (local === undefined) return;
    if (local.state === "visiting") {
      for (let at = path.length - 1; at >= 0; at--) {
        const step = path[at];
        if (step === undefined) break;
        step.local.state = "cyclic";
        if (step.name === name) break;
      }
    } else if (local.state === "waiting") {
      local.state = "visiting";
      path.push({ name, local, next: 0 });
    }
  };
  enter(start);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const need = top.local.needs[top.next++];
    if (need !== undefined) enter(need);
    else {
      path.pop();
      if (top.local.state === "visiting") settle(top.name, top.local);
    }
  }
}

interface Evaluation {
  readonly locals: ReadonlyMap<string, Local>;
  readonly values: Map<string, Value>;
  readonly bind: BindLocal;
  /** Whether a failure may look at all known names, to suggest one. */
  readonly withNames: boolean;
}

function evaluateLocal(name: string, local: Local, evaluation: Evaluation): readonly Diagnostic[] {
  const { locals, values, bind } = evaluation;
  if (!local.needs.every((need) => locals.get(need)?.state === "known")) {
    local.state = "failed";
    return [];
  }
  // Only what it needs: an object of all locals for each local would be quadratic.
  bind(object(local.needsAll ? values : neededBy(local, values)));
  let { value, diagnostics } = local.attribute.value.evaluate();
  if (hasErrors(diagnostics) && evaluation.withNames && !local.needsAll) {
    bind(object(values));
    ({ value, diagnostics } = local.attribute.value.evaluate());
  }
  local.state = hasErrors(diagnostics) ? "failed" : "known";
  if (local.state === "known") values.set(name, value);
  return diagnostics;
}

function* neededBy(local: Local, values: ReadonlyMap<string, Value>): Iterable<[string, Value]> {
  for (const need of local.needs) {
    const value = values.get(need);
    if (value !== undefined) yield [need, value];
  }
}

/** HCL's summary and place of what happens when the first of them is evaluated: the other one is not there. */
function cycleProblem(
  source: SourceText,
  local: Local,
  names: readonly string[],
  locals: ReadonlyMap<string, Local>,
): readonly Diagnostic[] {
  const detail =
    names.length === 1
      ? `${names.join("")} refers to itself.`
      : `These locals need each other in a circle: ${names.slice(0, MOST_NAMES).join(", ")}${names.length > MOST_NAMES ? ", …" : ""}. Give one of them a value of its own.`;
  return referencesOf(...local.attribute.value.trees()).traversals.flatMap((traversal) => {
    const member = traversal.root === "local" ? memberOf(traversal) : undefined;
    if (member === undefined || locals.get(member.name)?.state !== "cyclic") return [];
    return [{ severity: "error", summary: "Unsupported attribute", detail, source, subject: member.span } as const];
  });
}
