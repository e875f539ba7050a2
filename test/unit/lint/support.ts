// Lints a text and shows findings as a reader sees them: what is marked, and what is left after a fix.
import { UNRESTRICTED } from "../../../src/driver/pluginConfig.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { parseJobFile } from "../../../src/jobspec/parse.ts";
import { applyEdits } from "../../../src/lint/edits.ts";
import type { Finding } from "../../../src/lint/finding.ts";
import { lintJobFile, type LintOptions } from "../../../src/lint/lint.ts";

export interface JobParts {
  /** Lines of the config block besides image_path; an `image_path` in them replaces the usual one. */
  readonly config?: string;
  /** Lines of the task. */
  readonly task?: string;
  /** Lines of the group. */
  readonly group?: string;
  /** Lines of the job. */
  readonly job?: string;
  /** Lines of the task's resources. */
  readonly resources?: string;
  readonly type?: string;
  /** Replaces the artifact that provides the image. */
  readonly artifact?: string;
}

const IMAGE = 'image_path = "local/disk.qcow2"';
const ARTIFACT = `source = "https://example.org/disk.qcow2"
        options {
          checksum = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
        }`;

/** A job that no rule has anything against, with the given parts in their places. */
export function jobWith(parts: JobParts = {}): string {
  const { config = "", task = "", group = "", job = "", resources = "", type = "batch", artifact = ARTIFACT } = parts;
  return `job "j" {
  type = "${type}"
  ${job}
  group "g" {
    ${group}
    task "vm" {
      driver = "qemu"
      config {
        ${/^\s*image_path\b/m.test(config) ? "" : IMAGE}
        ${config}
      }
      artifact {
        ${artifact}
      }
      ${task}
      resources {
        ${/^\s*cores\b/m.test(resources) ? "" : "cpu = 100"}
        ${resources}
      }
    }
  }
}
`;
}

export function lint(text: string, options: Partial<LintOptions> = {}): Finding[] {
  const parsed = parseJobFile(new SourceText("j.nomad.hcl", text), { mode: "editor" });
  return lintJobFile(parsed, { pluginConfig: UNRESTRICTED, ...options });
}

/** `severity code: what is marked` */
export const shown = (finding: Finding): string =>
  `${finding.severity} ${finding.code}: ${finding.source.slice(finding.span)}`;

export function find(text: string, code: string, options: Partial<LintOptions> = {}): Finding | undefined {
  return lint(text, options).find((finding) => finding.code === code);
}

/** The text after the fix of that title (the first one without a title). */
export function fixed(text: string, finding: Finding | undefined, title?: string): string | undefined {
  const fix = finding?.fixes.find((one) => title === undefined || one.title === title);
  return fix === undefined ? undefined : applyEdits(text, fix.edits);
}
