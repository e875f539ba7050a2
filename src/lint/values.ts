// What a rule may read from a task without knowing the client: literal texts, and arguments that keep their placeholders.
import type { TaskContext } from "./rule.ts";

/** Whether a text still holds something that only the client resolves. */
export function hasPlaceholder(text: string): boolean {
  return text.includes("${") || text.includes("%{");
}

/** Whether a value hangs on a variable without a value: the file does not say what it is. */
export function isUnknown({ parsed, taskPath }: TaskContext, path: readonly (string | number)[]): boolean {
  return parsed.origins.get([...taskPath, ...path])?.value?.kind === "unknown";
}

/**
 * A driver config argument as the driver will see it: numbers and booleans are converted as HCL does. Undefined when it is
 * absent, of another kind, or holds a placeholder.
 */
export function literalText(context: TaskContext, name: string): string | undefined {
  const text = sourceText(context, name);
  return text === undefined || hasPlaceholder(text) ? undefined : text;
}

/** As `literalText`, with placeholders left in the text. */
export function sourceText({ task }: TaskContext, name: string): string | undefined {
  return textOf(task.Config?.[name]);
}

/** Whether the config says anything of an argument; null counts as silence (nomad.md 1.1). */
export function isSet(context: TaskContext, name: string): boolean {
  return (context.task.Config?.[name] ?? null) !== null || isUnknown(context, ["Config", name]);
}

export function isTrue(context: TaskContext, name: string): boolean {
  return literalText(context, name) === "true";
}

/**
 * The elements of `args`: a null element is empty (golden e-args-null-elem); undefined where an element is of another
 * kind, is not known, or begins with a placeholder, so that not even its first character is known.
 */
export function argumentTexts(context: TaskContext): (string | undefined)[] {
  const args = context.task.Config?.["args"];
  if (!Array.isArray(args)) return [];
  return args.map((element: unknown, index) => {
    if (isUnknown(context, ["Config", "args", index])) return undefined;
    const text = element === null ? "" : textOf(element);
    return text?.startsWith("${") === true || text?.startsWith("%{") === true ? undefined : text;
  });
}

/** Every label of `port_map` with its guest port as written; later blocks win. Source: nomad.md 1.1. */
export function portMapEntries({ task }: TaskContext): { label: string; port: unknown; block: number | undefined }[] {
  const written = task.Config?.["port_map"];
  const blocks: unknown[] = Array.isArray(written) ? written : [written];
  const entries = new Map<string, { label: string; port: unknown; block: number | undefined }>();
  for (const [index, block] of blocks.entries()) {
    if (typeof block !== "object" || block === null || Array.isArray(block)) continue;
    for (const [label, port] of Object.entries(block)) {
      entries.set(label, { label, port, block: Array.isArray(written) ? index : undefined });
    }
  }
  return [...entries.values()];
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A suboption of a QEMU option's value: `suboption("user,id=n0", "id")` is `n0`; doubled commas are one comma. */
export function suboptions(value: string): { key: string; value: string }[] {
  return value
    .split(/(?<!,),(?!,)/)
    .map((part) => part.replaceAll(",,", ","))
    .map((part) => {
      const equals = part.indexOf("=");
      return equals < 0 ? { key: "", value: part } : { key: part.slice(0, equals), value: part.slice(equals + 1) };
    });
}

export function suboption(value: string, key: string): string | undefined {
  return suboptions(value).findLast((part) => part.key === key)?.value;
}
