// Templates: sources and destinations that the client refuses.
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { escapesAllocation, inTaskFolder, providedFiles } from "../taskFiles.ts";
import { hasPlaceholder } from "../values.ts";

const SOURCE_ESCAPES: Rule = {
  code: "template/source-escapes",
  severity: "error",
  title: "The template's source lies outside the allocation",
  why: "A template is read from the task's folder or the allocation's shared one, where an artifact put it. Clients refuse other paths unless their `disable_file_sandbox` says so.",
  source: "golden e-tmpl-source-escape",
};
const DESTINATION_ESCAPES: Rule = {
  code: "template/resolved-destination-escapes",
  severity: "error",
  title: "The template's destination leads out of the allocation",
  why: "Judged with the placeholders filled in, as the client does. A template is written into the task's folder or the allocation's shared one.",
  source: "Nomad client/allocrunner/taskrunner/template (nomad.md 2.11)",
};
const SOURCE_MISSING: Rule = {
  code: "template/source-not-provided",
  severity: "warning",
  title: "Nothing puts the template's source there",
  why: "The source is expected in the task's folder, but no artifact of the task writes a file of that name. The task ends before it starts.",
  source: "golden e-tmpl-source-missing",
  needsWholeFile: true,
};

function checkTask(context: TaskContext): void {
  for (const [index, template] of (context.task.Templates ?? []).entries()) {
    const path = [...context.taskPath, "Templates", index];
    const source = template.SourcePath ?? "";
    // Without placeholders the server refuses it.
    if (hasPlaceholder(template.DestPath ?? "") && escapesAllocation(context, template.DestPath ?? "")) {
      context.reportAt(DESTINATION_ESCAPES, [...path, "DestPath"], {
        message: "template destination path escapes alloc directory: write it into the task's folder.",
      });
    }
    if (source === "") continue;
    if (escapesAllocation(context, source)) {
      context.reportAt(SOURCE_ESCAPES, [...path, "SourcePath"], {
        message:
          "template: template source path escapes alloc directory: let an artifact put it into the task's folder, or write it into data.",
      });
      continue;
    }
    const file = inTaskFolder(context, source);
    if (file === undefined || providedFiles(context)?.has(file) !== false) continue;
    context.reportAt(SOURCE_MISSING, [...path, "SourcePath"], {
      message: `template: failed to read template: no artifact of this task writes ${file}.`,
    });
  }
}

export const templateRules: RuleGroup = {
  title: "Templates",
  rules: [SOURCE_ESCAPES, DESTINATION_ESCAPES, SOURCE_MISSING],
  checkTask,
};
