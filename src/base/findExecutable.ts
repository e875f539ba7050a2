// Looking a program up in PATH, and looking at a file before it is run. Synchronous: each look takes microseconds, and handing
// it to another thread took milliseconds of every start.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import path from "node:path";

export interface SearchPath {
  /** The value of PATH; undefined finds nothing. */
  readonly path: string | undefined;
  /** Windows: PATHEXT. */
  readonly extensions?: string | undefined;
}

/** The folders of a PATH in order. An empty element means the working directory on POSIX systems; it is kept as `""`. */
export function searchFolders(searchPath: string | undefined): string[] {
  return searchPath === undefined || searchPath === "" ? [] : searchPath.split(path.delimiter);
}

/**
 * The absolute path of the first executable regular file of that name, or undefined. Only absolute folders count: what
 * lies in the working directory is never run by its bare name (Go's exec.LookPath has the same rule). Links are followed
 * for the check and kept in the answer.
 */
export function findExecutable(name: string, search: SearchPath): string | undefined {
  const suffixes = executableSuffixes(name, search.extensions);
  for (const folder of searchFolders(search.path)) {
    if (!path.isAbsolute(folder)) continue;
    for (const suffix of suffixes) {
      const candidate = path.join(folder, name + suffix);
      if (isExecutableFile(candidate)) return candidate;
    }
  }
  return undefined;
}

function executableSuffixes(name: string, extensions: string | undefined): readonly string[] {
  if (process.platform !== "win32" || path.extname(name) !== "") return [""];
  return (extensions ?? ".COM;.EXE;.BAT;.CMD").split(";").filter((extension) => /^\.(exe|com)$/i.test(extension));
}

/** A regular file (links followed) that this user may execute. */
export function isExecutableFile(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** ELF, `#!`, and the byte orders of Mach-O and its fat form; PE starts with MZ. */
const PROGRAM_MAGIC: readonly (readonly number[])[] = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0x23, 0x21],
  [0x4d, 0x5a],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
];

/**
 * Whether a file starts like something the system's loader runs. The C library's `execvp` gives a file that the loader
 * refuses to /bin/sh, so that any text would become a shell script; whoever starts programs asks here first. A file that
 * cannot be read is taken for a program: the loader needs no permission to read.
 */
export function hasProgramHeader(file: string): boolean {
  let descriptor;
  try {
    // Opening a pipe must not wait for somebody to write into it.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return true;
  }
  try {
    const buffer = Buffer.alloc(4);
    const bytesRead = readSync(descriptor, buffer, 0, buffer.length, 0);
    return PROGRAM_MAGIC.some((magic) => magic.length <= bytesRead && magic.every((byte, at) => buffer[at] === byte));
  } finally {
    closeSync(descriptor);
  }
}
