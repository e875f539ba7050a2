// `fmt`: job files in Nomad's canonical form, with the flags of `nomad fmt`.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomic } from "../../base/atomicFile.ts";
import { ProblemError } from "../../base/result.ts";
import { formatDiagnostic } from "../../hcl/diagnostic.ts";
import { format } from "../../hcl/format.ts";
import { EXIT } from "../exitCodes.ts";
import { readSource } from "../jobFile.ts";
import type { Terminal } from "../terminal.ts";
import type { Verb, VerbContext } from "../verb.ts";

/** Nomad: command/fmt.go; other files of a folder are passed over, one that is named must end so. */
const ENDINGS: readonly string[] = [".nomad", ".hcl"];
const DIFF_CONTEXT_LINES = 3;

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
    for (const name of paths) {
      try {
        for (const file of name === "-" ? ["-"] : await filesOf(name, context, recursive)) {
          if ((await formatFile(file, context)) === "no") code = EXIT.no;
        }
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        context.terminal.complain(error.problem);
        code = EXIT.no;
      }
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
    if (list) terminal.print(file);
    if (given.has("diff")) terminal.print(lineDiff(file, source.text, result.text, terminal));
    if (write) await rewrite(path.resolve(terminal.cwd, file), result.text);
  }
  if (!list && !write && !check && !given.has("diff")) terminal.write(result.text);
  return check && changed ? "no" : "ok";
}

/** Replaces a file at once, so that it is never half written; its mode stays. */
async function rewrite(file: string, text: string): Promise<void> {
  const { mode } = await stat(file);
  writeFileAtomic(file, text, { mode: mode & 0o777 });
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
  const entries = await readdir(path.resolve(terminal.cwd, name), { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = path.join(name, entry.name);
    if (entry.isFile() && ENDINGS.some((ending) => entry.name.endsWith(ending))) files.push(inside);
    else if (entry.isDirectory() && depth === "recursive" && !entry.name.startsWith("."))
      files.push(...(await filesOf(inside, context, depth)));
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
