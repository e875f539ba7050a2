// Slash-separated paths as Go's path/filepath treats their text.
import { posix } from "node:path";

/** The shortest equal path: `a//b/./c/..` is `a/b`; an empty one is `.`. */
export function cleanPath(path: string): string {
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}

/** The last part; `.` for an empty path, `/` for the root. */
export function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Everything but the last part, cleaned; a path that ends in a slash only loses that. */
export function directoryName(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf("/") + 1));
}
