// A declared variable and the values it has been given so far.
import type { SourceText, Span } from "../../hcl/source.ts";
import type { Type, Value } from "../../hcl/value.ts";
import type { Readable } from "../decode/body.ts";

/** Where a value came from, in the words of Nomad's message about validation rules. */
export type Provenance = "default" | "env" | "varfile" | "cmd";

export interface Assignment {
  readonly value: Value;
  readonly from: Provenance;
  /** Absent for text that is taken as it is, which has no expression. */
  readonly place?: { readonly source: SourceText; readonly span: Span };
}

export interface ValidationRule {
  /** Absent only by mistake, as the message. */
  readonly condition: Readable | undefined;
  readonly message: string | undefined;
  /** The rule's header. */
  readonly span: Span;
}

export interface Variable {
  readonly name: string;
  readonly source: SourceText;
  /** Its name in the file. */
  readonly nameSpan: Span;
  readonly description: string | undefined;
  readonly typeText: string | undefined;
  /** Declared, or the exact type of the default; undefined when there is neither. */
  readonly type: Type | undefined;
  readonly rules: readonly ValidationRule[];
  /** The last assignment counts. */
  readonly assignments: Assignment[];
}
