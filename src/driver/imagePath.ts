// Where an image may lie, judged as Nomad judges it: by the letters of the paths, not by what they lead to.
import path from "node:path";

/**
 * Whether `imagePath` lies in the allocation directory or in one of `allowedPaths`. Lexical: no links are followed, no
 * protocol prefix is known, and a relative path is taken from the allocation directory (not from the task's, where QEMU
 * will look). A path that leads out by a name starting with `..` is outside, even a file called `..x`.
 * Source: Nomad drivers/qemu, isAllowedImagePath.
 */
export function isAllowedImagePath(imagePath: string, allocDir: string, allowedPaths: readonly string[]): boolean {
  const target = path.isAbsolute(imagePath) ? imagePath : path.join(allocDir, imagePath);
  return [allocDir, ...allowedPaths].some((parent) => isParent(parent, target));
}

function isParent(parent: string, target: string): boolean {
  // A relative entry of image_paths can never be related to an absolute path [o: e-ip-relative-list].
  if (!path.isAbsolute(parent)) return false;
  const relative = path.relative(parent, target);
  return !path.isAbsolute(relative) && !relative.startsWith("..");
}
