// `template` blocks, as far as they need no template engine: text without actions is written where the job wants it; what
// has actions is refused, by name and place. Source: Nomad client/allocrunner/taskrunner/template (nomad.md 2.11).
import { chmodSync, chownSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileProblem, writeFileAtomic } from "../base/atomicFile.ts";
import { goQuote } from "../base/goQuote.ts";
import { formatProblem, type Problem } from "../base/result.ts";
import { interpolateText } from "../jobspec/interpolate.ts";
import type { Task, Template } from "../jobspec/job.ts";
import type { NodeDescription } from "../jobspec/node.ts";

const LEFT_DELIMITER_DEFAULT = "{{";
const PERMISSIONS_DEFAULT = 0o644;
const FOLDER_MODE = 0o755;

/**
 * A problem for the first template whose text is in the job and has actions: known before anything starts.
 * Problem: `template-actions-unsupported`.
 */
export function templateRefusal(task: Task): Problem | undefined {
  const refused = (task.Templates ?? []).find((template) => hasActions(template, template.EmbeddedTmpl ?? ""));
  return refused === undefined ? undefined : actionsProblem(task.Name, refused);
}

function hasActions(template: Template, text: string): boolean {
  const left = template["LeftDelim"];
  return text.includes(typeof left === "string" && left !== "" ? left : LEFT_DELIMITER_DEFAULT);
}

function actionsProblem(task: string, template: Template): Problem {
  return {
    code: "template-actions-unsupported",
    what: `Task ${goQuote(task)} has a template with actions, which the local runner does not evaluate`,
    where: `template { destination = ${goQuote(template.DestPath ?? "")} }`,
    why: "Nomad fills templates in with consul-template, from services, variables and secrets that a single machine does not have.",
    next: "Write the text out for local runs (a variable of the job file can choose between the two), or leave the template out.",
  };
}

export interface TemplateContext {
  readonly task: Task;
  readonly environment: Readonly<Record<string, string>>;
  readonly node: NodeDescription;
  readonly allocDir: string;
  readonly taskDir: string;
}

/** Templates could not be written. `hook`: the task follows its restart policy. `fatal`: Nomad kills it for good. */
export class TemplateError extends Error {
  readonly severity: "hook" | "fatal";
  constructor(message: string, severity: TemplateError["severity"] = "hook") {
    super(message);
    this.name = "TemplateError";
    this.severity = severity;
  }
}

/** Writes every template of the task. Returns what env templates set. @throws TemplateError */
export function renderTemplates(context: TemplateContext): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const template of context.task.Templates ?? []) {
    const text = templateText(template, context);
    if (hasActions(template, text))
      throw new TemplateError(`template: ${formatProblem(actionsProblem(context.task.Name, template))}`);
    const file = placeOf(template.DestPath ?? "", "destination", context);
    write(file, text, template, context);
    if (template.Envvars === true) Object.assign(environment, parseEnvironment(text, file));
  }
  return environment;
}

function templateText(template: Template, context: TemplateContext): string {
  const source = template.SourcePath ?? "";
  if (source === "") return template.EmbeddedTmpl ?? "";
  const file = placeOf(source, "source", context);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const seen = path.join("/", path.relative(context.allocDir, file));
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file or directory" : String(error);
    throw new TemplateError(
      `template: failed to read template: exit status 1: failed to open source file ${goQuote(seen)}: open ${seen}: ${reason}\n`,
    );
  }
}

/** A path of the job inside the allocation: absolute ones that are inside count, others are below the task's folder. */
function placeOf(written: string, what: "source" | "destination", context: TemplateContext): string {
  const text = interpolateText(written, context.environment, context.node);
  const inside = (file: string): boolean => file.startsWith(context.allocDir + path.sep);
  const file =
    path.isAbsolute(text) && inside(path.resolve(text)) ? path.resolve(text) : path.join(context.taskDir, text);
  if (!inside(file)) throw new TemplateError(`template: template ${what} path escapes alloc directory`);
  return file;
}

function write(file: string, text: string, template: Template, context: TemplateContext): void {
  const mode = template.Perms === null || template.Perms === "" ? PERMISSIONS_DEFAULT : parseInt(template.Perms, 8);
  try {
    const folder = path.dirname(file);
    const first = mkdirSync(folder, { recursive: true });
    for (let made = folder; first !== undefined && made.length >= first.length; made = path.dirname(made))
      chmodSync(made, FOLDER_MODE);
    if (!(realpathSync(folder) + path.sep).startsWith(realpathSync(context.allocDir) + path.sep))
      throw new TemplateError("template: template destination path escapes alloc directory");
    writeFileAtomic(file, text, { mode });
    // The umask does not count for what the job asked for.
    chmodSync(file, mode);
    const uid = idOf(template["Uid"]);
    const gid = idOf(template["Gid"]);
    if (process.getuid?.() === 0 && (uid >= 0 || gid >= 0)) chownSync(file, Math.max(uid, -1), Math.max(gid, -1));
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(`template: ${formatProblem(fileProblem(error, file))}`);
  }
}

const idOf = (value: unknown): number => (typeof value === "number" ? value : -1);

/** Lines `KEY=value`; empty lines and lines that begin with # count nothing, quotes around a value are taken off. */
function parseEnvironment(text: string, file: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [index, line] of text.split("\n").entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const equals = trimmed.indexOf("=");
    if (equals < 0)
      throw new TemplateError(
        `Template failed to read environment variables: error parsing env template ${goQuote(file)}: error on line ${index + 1}: missing =`,
        "fatal",
      );
    const value = trimmed.slice(equals + 1).trim();
    const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
    found[
      trimmed
        .slice(0, equals)
        .trim()
        .replace(/^export\s+/, "")
    ] = quoted ?? value;
  }
  return found;
}
