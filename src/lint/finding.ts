// What a lint rule returns: a place, a code, a message, and edits that mend it.
import type { SourceText, Span } from "../hcl/source.ts";

export type Severity = "error" | "warning" | "info" | "hint";

export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  /** Edits in the finding's own source. */
  readonly edits: readonly TextEdit[];
  /** `safe` fixes keep the job's meaning or only remove what is refused; `lint --fix` applies these. */
  readonly kind: "safe" | "suggestion";
}

/** A change outside the file being linted, which only the editor or the command line can make for the user. */
export interface Action {
  readonly title: string;
  readonly kind: "allow-argument" | "allow-emulator" | "allow-image-path";
  readonly value: string;
}

export interface Finding {
  /** Stable: `hcl/syntax`, `job/unknown-argument`, `qemu/args-not-allowed`. */
  readonly code: string;
  readonly severity: Severity;
  /** `Short label: sentence that says what to do.` */
  readonly message: string;
  readonly source: SourceText;
  readonly span: Span;
  /** A page that explains the rule. */
  readonly url?: string;
  readonly fixes: readonly Fix[];
  readonly actions?: readonly Action[];
}
