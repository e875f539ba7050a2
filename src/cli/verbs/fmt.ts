// `fmt`: job files in Nomad's canonical form, with the flags of `nomad fmt`.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { fileProblem } from "../../base/atomicFile.ts";
import { ProblemError } from "../../base/result.ts";
import { rewriteFile } from "../../base/rewriteFile.ts";
import { encodeUtf8 } from "../../hcl/decode.ts";
import { formatDiagnostic } from "../../hcl/diagnostic.ts";
import { format } from "../../hcl/format.ts";
import { EXIT } from "../exitCodes.ts";
import { readSource } from "../jobFile.ts";
import type { Terminal } from "../terminal.ts";
import type { Verb, VerbContext } from "../verb.ts";

/** Nomad: command/fmt.go; other files of a folder are passed over, one that is named must end so. */
const ENDINGS: readonly string[] = [".nomad", ".hcl"];
const DIFF_CONTEXT_LINES = 3;
const NEXT_READABLE = "Give yourself the right to read it, or run this as the user who has it.";

export const fmt: Verb = {
  operands: "PATH…",
  arity: [0, Infinity],
  description:
    "Rewrites files in place and lists those that changed. A folder stands for its .nomad and .hcl files, no PATH for the\nworking directory, - for standard input (printed, not written). A file with syntax errors is never touched.",
  flags: {
    check: { kind: "switch", help: "change nothing; end with 1 when a file would change" },
    write: { kind: "switch", help: "overwrite the files (default true)" },
    list: { kind: "switch", help: "print the names of files that are not formatted (default true)" },
    recursive: { kind: "switch", help: "folders below folders too" },
    diff: { kind: "switch", help: "show the changes" },
  },
  examples: ["nomad-qemu fmt vm.nomad.hcl", "nomad-qemu fmt -check -recursive .", "nomad-qemu fmt - < vm.nomad.hcl"],
  run: async (context) => {
    const { arguments: given } = context;
    const paths = given.operands.length === 0 ? ["."] : given.operands;
    const recursive = given.has("recursive") ? "recursive" : "flat";
    let code: number = EXIT.ok;
    /** What cannot be read or written is said, and the next one comes. */
    const goOn = async (work: () => Promise<"ok" | "no">): Promise<"ok" | "no"> => {
      const outcome = await work().catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        context.terminal.complain(error.problem);
        return "no" as const;
      });
      if (outcome === "no") code = EXIT.no;
      return outcome;
    };
    for (const name of paths) {
      await goOn(async () => {
        const files = name === "-" ? ["-"] : await filesOf(name, context, recursive);
        for (const file of files) await goOn(() => formatFile(file, context));
        return "ok";
      });
    }
    return code;
  },
};

async function formatFile(file: string, context: VerbContext): Promise<"ok" | "no"> {
  const { arguments: given, terminal } = context;
  const source = await readSource(file, context);
  const result = format(source);
  if (!result.ok) {
    terminal.note(terminal.style("error", result.diagnostics.map(formatDiagnostic).join("\n")));
    return "no";
  }
  const check = given.has("check");
  const isStdin = file === "-";
  const list = !given.isOff("list") && !isStdin;
  const write = !given.isOff("write") && !isStdin && !check;
  const changed = result.text !== source.text;
  if (changed) {
    if (write) {
      const written = rewriteFile(path.resolve(terminal.cwd, file), encodeUtf8(result.text));
      if (!written.ok) throw new ProblemError({ ...written.error, where: file });
    }
    if (list) terminal.print(file);
    if (given.has("diff")) terminal.print(lineDiff(file, source.text, result.text, terminal));
  }
  // Nomad prints a file even where it only checks.
  if (!list && !write && !given.has("diff")) terminal.write(encodeUtf8(result.text));
  return check && changed ? "no" : "ok";
}

/** The job files that a path stands for, by name. */
async function filesOf(name: string, context: VerbContext, depth: "flat" | "recursive"): Promise<string[]> {
  const { terminal } = context;
  const found = await stat(path.resolve(terminal.cwd, name)).catch(() => undefined);
  if (found === undefined) {
    throw new ProblemError({
      code: "file-missing",
      what: "There is no such file or folder",
      where: name,
      next: "Check the name; paths count from the working directory.",
    });
  }
  if (!found.isDirectory()) {
    if (ENDINGS.some((ending) => name.endsWith(ending))) return [name];
    throw new ProblemError({
      code: "not-a-job-file",
      what: "Only .nomad and .hcl files are formatted",
      where: name,
      next: "Rename it, or give its text on standard input: nomad-qemu fmt -",
    });
  }
  const entries = await readdir(path.resolve(terminal.cwd, name), { withFileTypes: true }).catch((error: unknown) => {
    throw new ProblemError({ ...fileProblem(error, name), what: "The folder cannot be read", next: NEXT_READABLE });
  });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = path.join(name, entry.name);
    // Nomad goes by the name: a link may lead to a job file, and folders may be hidden.
    if (entry.isDirectory()) {
      if (depth === "recursive") files.push(...(await filesOf(inside, context, depth)));
    } else if (ENDINGS.some((ending) => entry.name.endsWith(ending))) files.push(inside);
  }
  return files;
}

/** A unified diff of two texts with the same number of lines: formatting moves nothing across a line's end. */
function lineDiff(file: string, before: string, after: string, terminal: Terminal): string {
  const old = before.split("\n");
  const now = after.split("\n");
  const changed = old.map((line, index) => line !== now[index]);
  const lines = [terminal.style("bold", `--- old/${file}`), terminal.style("bold", `+++ new/${file}`)];
  let at = 0;
  while (at < old.length) {
    const first = changed.indexOf(true, at);
    if (first < 0) break;
    let last = first;
    for (let index = first; index < old.length && index <= last + 2 * DIFF_CONTEXT_LINES; index++)
      if (changed[index] === true) last = index;
    const from = Math.max(0, first - DIFF_CONTEXT_LINES);
    const to = Math.min(old.length - 1, last + DIFF_CONTEXT_LINES);
    lines.push(`@@ -${from + 1},${to - from + 1} +${from + 1},${to - from + 1} @@`);
    for (let index = from; index <= to;) {
      if (changed[index] !== true) {
        lines.push(` ${old[index] ?? ""}`);
        index++;
        continue;
      }
      let end = index;
      while (changed[end + 1] === true) end++;
      for (let line = index; line <= end; line++) lines.push(terminal.style("error", `-${old[line] ?? ""}`));
      for (let line = index; line <= end; line++) lines.push(terminal.style("good", `+${now[line] ?? ""}`));
      index = end + 1;
    }
    at = to + 1;
  }
  return lines.join("\n");
}
