// File functions. Relative paths start at the root of the call's file access; without access all of them fail.
import { readFileSync, type Stats, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fail, ok, type Result } from "../../base/result.ts";
import { MAX_STRING_LENGTH, spendCharacters } from "../budget.ts";
import { BOOL, bool, setOf, STRING, string, type Value } from "../value.ts";
import { setFrom } from "../valueEquality.ts";
import { type CallContext, callError, type EagerFunction, type FileAccess, type FunctionResult } from "./definition.ts";
import { decodeUtf8 } from "./encoding.ts";
import { findFiles } from "./glob.ts";
import { baseName, cleanPath, directoryName } from "./goPath.ts";
import { parameter, textOf } from "./support.ts";

const filing = { kind: "eager", category: "file", returnType: STRING } as const;
const pathParameter = parameter("path", STRING, "A path; relative ones start where the command runs.");

type FileImplementation = (args: readonly Value[], files: FileAccess, call: CallContext) => FunctionResult;

/** Refuses the call where functions may not look at files, even for those that only work on the text of a path. */
const withFiles =
  (implementation: FileImplementation): EagerFunction["implementation"] =>
  (args, call) =>
    call.files === undefined ? callError("filesystem function disabled") : implementation(args, call.files, call);

/** A leading `~` is the home folder; other people's homes are not known. */
function expandHome(path: string, { home }: FileAccess): Result<string, string> {
  if (!path.startsWith("~")) return ok(path);
  const next = path.charAt(1);
  if (next !== "" && next !== "/" && next !== "\\")
    return fail(`the home folder of another user cannot be found: ${path}`);
  return ok(cleanPath(join(home, path.slice(1))));
}

interface Found {
  /** The path as people should see it. */
  readonly shown: string;
  readonly real: string;
  readonly stats: Stats | undefined;
}

/** Looks a path up; `stats` is absent when nothing is there. */
function find(path: string, files: FileAccess): FunctionResult<Found> {
  const expanded = expandHome(path, files);
  if (!expanded.ok) return callError(expanded.error);
  const shown = cleanPath(expanded.value);
  // Dots and slashes at the end go by the text alone, whether the folders before them exist or not.
  const real = resolve(files.root, expanded.value);
  try {
    return ok({ shown, real, stats: statSync(real) });
  } catch (error) {
    // A path below a file is not one where nothing is, but one that cannot be looked at.
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return ok({ shown, real, stats: undefined });
    return callError(`${shown} cannot be looked at: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The bytes of a regular file. Devices and pipes are refused: reading them may never end. */
function readBytes(path: string, files: FileAccess): FunctionResult<{ shown: string; bytes: Buffer }> {
  const found = find(path, files);
  if (!found.ok) return found;
  const { shown, real, stats } = found.value;
  if (stats === undefined) return callError(`no file exists at ${shown}`);
  if (!stats.isFile()) return callError(`${shown} is not a file that can be read`);
  if (stats.size > MAX_STRING_LENGTH) return callError(`${shown} is larger than ${MAX_STRING_LENGTH / 1024 / 1024} MB`);
  try {
    return ok({ shown, bytes: readFileSync(real) });
  } catch (error) {
    return callError(`${shown} cannot be read: ${messageOf(error)}`);
  }
}

export const fileFunctions = (): readonly EagerFunction[] => [
  {
    ...filing,
    name: "abspath",
    description: "The absolute form of a path.",
    parameters: [pathParameter],
    implementation: withFiles(([path], files) => ok(string(resolve(files.root, textOf(path)).replaceAll(sep, "/")))),
  },
  {
    ...filing,
    name: "basename",
    description: "The last part of a path.",
    parameters: [pathParameter],
    implementation: withFiles(([path]) => ok(string(baseName(textOf(path))))),
  },
  {
    ...filing,
    name: "dirname",
    description: "A path without its last part.",
    parameters: [pathParameter],
    implementation: withFiles(([path]) => ok(string(directoryName(textOf(path))))),
  },
  {
    ...filing,
    name: "file",
    description:
      "The contents of a file, which must be UTF-8 text. It is read where the job file is read, not on the client.",
    parameters: [pathParameter],
    implementation: withFiles(([path], files, { budget }) => {
      const read = readBytes(textOf(path), files);
      if (!read.ok) return read;
      spendCharacters(budget, read.value.bytes.length);
      const text = decodeUtf8(read.value.bytes);
      return text === undefined
        ? callError(`${read.value.shown} is not UTF-8 text; use filebase64() for its bytes`)
        : ok(string(text));
    }),
  },
  {
    ...filing,
    name: "filebase64",
    description: "The contents of a file as base64.",
    parameters: [pathParameter],
    implementation: withFiles(([path], files, { budget }) => {
      const read = readBytes(textOf(path), files);
      if (!read.ok) return read;
      spendCharacters(budget, read.value.bytes.length * 2);
      return ok(string(read.value.bytes.toString("base64")));
    }),
  },
  {
    ...filing,
    name: "fileexists",
    description: "True when there is a regular file at a path.",
    returnType: BOOL,
    parameters: [pathParameter],
    implementation: withFiles(([path], files) => {
      const found = find(textOf(path), files);
      if (!found.ok) return found;
      const { shown, stats } = found.value;
      if (stats === undefined) return ok(bool(false));
      return stats.isFile() ? ok(bool(true)) : callError(`${shown} is there, but it is not a regular file`);
    }),
  },
  {
    ...filing,
    name: "fileset",
    description: "The files below a folder that match a pattern, as paths relative to it.",
    returnType: setOf(STRING),
    parameters: [
      parameter("path", STRING, "The folder."),
      parameter("pattern", STRING, "The pattern: * and ? within a name, ** over folders, [a-z], {a,b}."),
    ],
    implementation: withFiles(([path, pattern], files, { budget }) => {
      const found = findFiles(resolve(files.root, textOf(path)), textOf(pattern), budget);
      return found.ok ? ok(setFrom(found.value.map(string), STRING)) : callError(found.error);
    }),
  },
  {
    ...filing,
    name: "pathexpand",
    description: "Replaces a leading ~ by the home folder.",
    parameters: [pathParameter],
    implementation: withFiles(([path], files) => {
      const expanded = expandHome(textOf(path), files);
      return expanded.ok ? ok(string(expanded.value)) : callError(expanded.error);
    }),
  },
];
