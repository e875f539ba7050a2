// Where each value of a parsed job came from: its place, its expression, and what it was before conversion.
import type { Expression } from "../hcl/syntax.ts";
import type { SourceText, Span } from "../hcl/source.ts";
import type { Value } from "../hcl/value.ts";

/** A path into the API job: `["TaskGroups", 0, "Tasks", 1, "Config", "args", 2]`. Names are the API's. */
export type JobPath = readonly (string | number)[];

export interface Origin {
  readonly source: SourceText;
  /** The value (of an attribute: its expression; of a block: its header). */
  readonly span: Span;
  /** The name that introduces it: attribute name, block type, object key. Absent for list elements. */
  readonly nameSpan?: Span;
  /** The whole argument or block with its body; what a fix removes. */
  readonly wholeSpan: Span;
  readonly expression?: Expression;
  /** The evaluated HCL value before it was converted to the API's type. */
  readonly value?: Value;
}

/** Origins by path. Kept beside the job, so that the job stays the plain data that Nomad's API knows. */
export class Origins {
  readonly #byPath = new Map<string, Origin>();

  set(path: JobPath, origin: Origin): void {
    this.#byPath.set(JSON.stringify(path), origin);
  }

  /** The origin of exactly this path. */
  get(path: JobPath): Origin | undefined {
    return this.#byPath.get(JSON.stringify(path));
  }

  /** The origin of the path or of its nearest known ancestor: a place to mark for a value that is not written out. */
  nearest(path: JobPath): Origin | undefined {
    for (let length = path.length; length >= 0; length--) {
      const origin = this.get(path.slice(0, length));
      if (origin !== undefined) return origin;
    }
    return undefined;
  }

  entries(): IterableIterator<[string, Origin]> {
    return this.#byPath.entries();
  }
}
