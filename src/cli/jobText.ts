// The texts that a verb on job files works with: FILE or `-`, and what the flags say of variables. Nothing is parsed here.
import { fstatSync, readFileSync } from "node:fs";
import path from "node:path";
import { ProblemError, type Problem } from "../base/result.ts";
import { decodeUtf8 } from "../hcl/decode.ts";
import type { FlagSpecs } from "./flags.ts";
import { flag, type VerbContext } from "./verb.ts";

/** Flags that say where a job's values come from. */
export const variableFlags = {
  var: flag.var,
  "var-file": flag.varFile,
  "hcl2-strict": { kind: "switch", help: "unknown names in -var and -var-file are errors (default true)" },
} as const satisfies FlagSpecs;

/** Flags of the verbs that also take a job in the API's JSON form. */
export const jobFileFlags = {
  ...variableFlags,
  json: { kind: "switch", help: "FILE is a job in the JSON form of Nomad's API" },
} as const satisfies FlagSpecs;

export interface NamedText {
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
}

/** The text of FILE, or of standard input for `-`. Throws a ProblemError when it cannot be read. */
export async function readText(name: string, { terminal }: VerbContext): Promise<NamedText> {
  if (name === "-") {
    // Node reads a folder as an empty file.
    if (fstatSync(0).isDirectory()) throw new ProblemError({ ...whyUnread({ code: "EISDIR" }), where: "stdin" });
    const { buffer } = process.getBuiltinModule("node:stream/consumers");
    return { name: "stdin", text: decodeUtf8(await buffer(terminal.stdin)) };
  }
  if (name === "")
    throw new ProblemError({
      code: "file-missing",
      what: "The name of the file is empty",
      next: "Is a variable of your shell not set?",
    });
  const file = path.resolve(terminal.cwd, name);
  try {
    return { name, text: decodeUtf8(readFileSync(file)) };
  } catch (error) {
    throw new ProblemError({ ...whyUnread(error as NodeJS.ErrnoException), where: name, cause: error });
  }
}

function whyUnread({ code, message }: Partial<NodeJS.ErrnoException>): Problem {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR": {
      const next = "Check the name; paths count from the working directory.";
      return { code: "file-missing", what: "There is no such file", next };
    }
    case "EISDIR":
      return { code: "file-unreadable", what: "This is a folder, not a file", next: "Name the files in it." };
    case "EACCES":
    case "EPERM": {
      const next = "Give yourself the right to read it, or run this as the user who has it.";
      return { code: "file-unreadable", what: "You may not read this file", next };
    }
    default:
      return {
        code: "file-unreadable",
        what: "The file cannot be read",
        ...(message !== undefined && { why: message }),
      };
  }
}

export interface VariableFlags {
  readonly files: readonly NamedText[];
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  readonly unknownNames: "error" | "warning";
}

/** What -var, -var-file and -hcl2-strict say. Throws a ProblemError for a flag that is not of the form, or an unreadable file. */
export async function variableFlagsOf(context: VerbContext): Promise<VariableFlags> {
  const { arguments: given } = context;
  const flags = given.list("var").map((written) => {
    const at = written.indexOf("=");
    if (at <= 0) {
      throw new ProblemError({ code: "usage", what: `-var takes NAME=VALUE, not "${written}"` });
    }
    return { name: written.slice(0, at), value: written.slice(at + 1) };
  });
  const files = await Promise.all(given.list("var-file").map((name) => readText(name, context)));
  return { files, flags, unknownNames: given.isOff("hcl2-strict") ? "warning" : "error" };
}
