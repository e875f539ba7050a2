// Nomad reads the bodies of jobs and tasks in several looks, one after the other, and says what is wrong with a label in each.
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import type { Report } from "./body.ts";
import type { BodyContents } from "./contents.ts";
import type { Scope } from "./scope.ts";
import { unsupportedArgument } from "./unsupported.ts";

/** Whether Nomad takes such blocks out of the body before it reads the others: it looks at their labels both times. */
export function isReadTwice(member: BlockSchema, { special }: BodySchema): boolean {
  const isDynamic = member.name === "dynamic";
  if (special === "job") return isDynamic || member.passesOn;
  return special === "task" && (isDynamic || member.body.special === "task-scaling");
}

/** How often Nomad goes through the members of a JSON body; reading all of a body goes through them twice. */
export function looksAt({ partial, special }: BodySchema): number {
  if (partial) return 1;
  return special === "job" || special === "task" || special === "group-scaling" ? 3 : 2;
}

/** Beside a dynamic block with wrong labels Nomad does not find `env = { … }` and `meta = { … }`. */
export function refuseArguments(contents: BodyContents, { source }: Scope, schema: BodySchema, report: Report): void {
  for (let found = contents.first; found !== undefined; found = found.next) {
    const { attribute, member } = found;
    if (attribute === undefined || member.kind !== "block") continue;
    report(unsupportedArgument(source, { name: member.name, span: attribute.nameSpan }, schema));
    found.attribute = undefined;
  }
}
