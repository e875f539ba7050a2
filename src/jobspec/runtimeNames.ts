// Names that are only known when a task runs stay as they are written.
import type { UndefinedRoot } from "../hcl/evaluate.ts";
import { string } from "../hcl/value.ts";

/** Keeps `${attr.kernel.name}` and the like as text; `var` and `local` are known and not kept. */
export const keepRuntimeNames: UndefinedRoot = (traversal, source) => {
  if (traversal.root === "var" || traversal.root === "local") return undefined;
  return { value: string(`\${${source.slice(traversal.span)}}`), diagnostics: [] };
};
