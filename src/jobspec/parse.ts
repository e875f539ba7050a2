// From the text of a job file to the API job, with the origin of every value.
import type { Diagnostic } from "../hcl/diagnostic.ts";
import type { SourceText } from "../hcl/source.ts";
import type { Job } from "./job.ts";
import type { Origins } from "./origin.ts";

/** Values for a job file's variables, in Nomad's order of precedence (low to high): environment, files, flags. */
export interface VariableInput {
  /** The environment to take `NOMAD_VAR_name` from. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Contents of `-var-file` files, in order. */
  readonly files?: readonly SourceText[];
  /** `-var name=value`, in order. */
  readonly flags?: readonly { readonly name: string; readonly value: string }[];
  /** Unknown names in files and flags are errors (the command line's default) or ignored (the API's). */
  readonly unknownNames?: "error" | "ignore";
}

export interface ParseOptions {
  readonly variables?: VariableInput;
  /** The folder that file functions read from; absent = file functions are disabled, as in Nomad's API. */
  readonly fileRoot?: string;
  /**
   * `strict` = Nomad's verdict. `editor` = recover as much as possible, variables without a value are unknown
   * instead of an error.
   */
  readonly mode: "strict" | "editor";
}

export interface DeclaredVariable {
  readonly name: string;
  readonly description: string | undefined;
  /** The type constraint as written, or undefined. */
  readonly typeText: string | undefined;
  readonly hasValue: boolean;
}

export interface ParsedJobFile {
  readonly source: SourceText;
  /** Present whenever a job block could be read at all; trustworthy only when there is no error. */
  readonly job: Job | undefined;
  readonly origins: Origins;
  readonly variables: readonly DeclaredVariable[];
  readonly diagnostics: readonly Diagnostic[];
}

export declare function parseJobFile(source: SourceText, options: ParseOptions): ParsedJobFile;
