// Nomad reads the bodies of jobs and tasks in several looks, one after the other, and says what is wrong with a label in each.
import { dynamicBlock } from "../schema/dynamic.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import type { Report } from "./body.ts";
import type { BodyContents } from "./contents.ts";
import type { Scope } from "./scope.ts";
import { unsupportedArgument } from "./unsupported.ts";

/** Whether Nomad takes such blocks out of the body before it reads the others: it looks at their labels both times. */
export function isReadTwice(member: BlockSchema, { special }: BodySchema): boolean {
  if (special === "job") return member === dynamicBlock || member.passesOn;
  return special === "task" && (member === dynamicBlock || member.body.special === "task-scaling");
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
