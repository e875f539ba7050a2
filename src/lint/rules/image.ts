// The disk image: what image_path can mean to QEMU besides a file.
import type { Fix } from "../finding.ts";
import { nearest } from "../../base/nearest.ts";
import { quoteHcl } from "../edits.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { inTaskFolder, providedFiles } from "../taskFiles.ts";
import { isUnknown, literalText, sourceText } from "../values.ts";
import { replaceValue } from "../fixes.ts";

const COMMA: Rule = {
  code: "qemu/image-path-comma",
  severity: "error",
  title: "A comma in image_path ends the file name",
  why: "Nomad puts image_path into `-drive file=…,if=…` as it is written, and its last part into `-name …`. QEMU splits both at commas, so what follows a comma becomes an option: the VM does not start, or starts with another file than the one that was checked. Rename the image.",
  source: "drivers/qemu/driver.go, StartTask (Nomad 2.0); golden q-comma-name; Nomad issue 11580",
};

const FOLDER: Rule = {
  code: "qemu/image-path-folder",
  severity: "error",
  title: "image_path names a folder",
  why: "The task's folder, `local`, `secrets` and `tmp` are folders that Nomad makes. QEMU wants a file and ends at once.",
  source: "golden q-image-dir",
};

const NOT_PROVIDED: Rule = {
  code: "qemu/image-not-provided",
  severity: "warning",
  title: "Nothing puts the image there",
  why: "The image is expected in the task's folder, but no artifact or template of the task writes a file of that name. QEMU ends at once with `Could not open …: No such file or directory`, and Nomad starts it again and again.",
  source: "golden q-missing-image",
  needsWholeFile: true,
};

const RAW: Rule = {
  code: "qemu/raw-image",
  severity: "hint",
  title: "A raw image is probed",
  why: "Nomad passes no format. QEMU guesses `raw`, warns, and refuses writes to block 0 that look like another format; a guest that overwrites its first sector sees an I/O error. The driver has no argument for the format: convert the image to qcow2 (`qemu-img convert -O qcow2`).",
  source: "QEMU 7.2, block.c; nomad.md 1.8",
};

function checkTask(context: TaskContext): void {
  const { taskPath } = context;
  const image = sourceText(context, "image_path");
  if (image === undefined || image === "" || isUnknown(context, ["Config", "image_path"])) return;
  const path = [...taskPath, "Config", "image_path"];
  const name = image.slice(image.lastIndexOf("/") + 1);

  if (image.includes(",")) {
    const inName = name.includes(",");
    const key = (name.split(",")[1] ?? "").split("=")[0] ?? "";
    context.reportAt(COMMA, path, {
      message: inName
        ? `Invalid parameter '${key}': QEMU splits ${quoteHcl(image)} at the comma. Give the image a name without one.`
        : `Comma in image_path: QEMU takes ${quoteHcl(image.slice(image.indexOf(",") + 1))} for options of -drive. Give the folder a name without one.`,
    });
    return;
  }
  const relative = inTaskFolder(context, image);
  if (relative !== undefined && (relative === "" || /^(?:local|secrets|private|tmp)$/.test(relative))) {
    context.reportAt(FOLDER, path, {
      message: `'file' driver requires '${image}' to be a regular file: image_path is a folder. Name the image in it.`,
    });
    return;
  }
  if (relative !== undefined) checkProvided(context, image, relative);
  if (/\.(?:img|raw)$/i.test(name) && literalText(context, "drive_interface") !== "pflash") {
    context.reportAt(RAW, path, {
      message: `Raw image: QEMU has to guess the format of ${name} and restricts writes to its first block. Use a qcow2 image.`,
    });
  }
}

function checkProvided(context: TaskContext, image: string, relative: string): void {
  const provided = providedFiles(context);
  if (provided === undefined || provided.has(relative)) return;
  const path = [...context.taskPath, "Config", "image_path"];
  const candidates = [...provided].sort();
  const best = candidates.length === 1 ? candidates[0] : nearest(relative, candidates);
  const fixes: Fix[] =
    best === undefined ? [] : replaceValue(context, path, quoteHcl(best), `Use ${best}, which this task provides`);
  context.reportAt(NOT_PROVIDED, path, {
    message:
      candidates.length === 0
        ? `Could not open '${image}': the task has no artifact that puts it there. Add an artifact block, or name an image in an allowed folder.`
        : `Could not open '${image}': this task provides ${candidates.join(", ")}, and no file of that name.`,
    fixes,
  });
}

export const imageRules: RuleGroup = {
  title: "The image",
  rules: [COMMA, FOLDER, NOT_PROVIDED, RAW],
  checkTask,
};
