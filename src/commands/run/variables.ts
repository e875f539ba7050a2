// Values for a job file's variables: asked for once, remembered per file; what looks like a secret goes into the secret store.
import * as vscode from "vscode";
import type { DeclaredVariable } from "../../jobspec/parse.ts";

export type Values = Readonly<Record<string, string>>;

/** A name that says that its value should not be shown or written down. */
export function looksSecret(name: string): boolean {
  return /password|passwd|passphrase|secret|token|credential|private|api_?key/i.test(name);
}

export interface RememberedValues {
  read(names: readonly string[]): Promise<Values>;
  write(values: Values): Promise<void>;
  forget(): Promise<void>;
}

/** The values remembered for the job file at `uri`, in this workspace. */
export function rememberedValues(
  { workspaceState, secrets }: vscode.ExtensionContext,
  uri: vscode.Uri,
): RememberedValues {
  const key = `variables:${uri.toString()}`;
  const plain = (): Values => workspaceState.get<Values>(key) ?? {};
  const secretNames = (): readonly string[] => workspaceState.get<readonly string[]>(`${key}:secret`) ?? [];
  return {
    read: async (names) => {
      const stored = Object.entries(plain());
      const secret = await Promise.all(
        secretNames().map(async (name) => [name, (await secrets.get(`${key}:${name}`)) ?? ""] as const),
      );
      return Object.fromEntries([...stored, ...secret].filter(([name, value]) => names.includes(name) && value !== ""));
    },
    write: async (values) => {
      const entries = Object.entries(values);
      const open = Object.fromEntries(entries.filter(([name]) => !looksSecret(name)));
      const hidden = entries.filter(([name]) => looksSecret(name));
      await workspaceState.update(key, { ...plain(), ...open });
      await workspaceState.update(`${key}:secret`, [...new Set([...secretNames(), ...hidden.map(([name]) => name)])]);
      for (const [name, value] of hidden) await secrets.store(`${key}:${name}`, value);
    },
    forget: async () => {
      for (const name of secretNames()) await secrets.delete(`${key}:${name}`);
      await workspaceState.update(key, undefined);
      await workspaceState.update(`${key}:secret`, undefined);
    },
  };
}

/** How to write these is plain; lists and objects are expressions, such as ["a", "b"]. */
function isPlainType(typeText: string): boolean {
  return typeText === "string" || typeText === "number" || typeText === "bool";
}

/** Said instead of the reason, which may quote a value that the question hides. */
const HIDDEN_REFUSAL = "The job does not take this value: it breaks the variable's type or one of its rules.";

/**
 * Asks for each value, one after the other; undefined when the person backs out.
 * @param refused why the job does not take a value, said while it is typed
 */
export async function askForValues(
  variables: readonly DeclaredVariable[],
  refused: (name: string, value: string) => string | undefined,
): Promise<Values | undefined> {
  const values: Record<string, string> = {};
  for (const [index, { name, description, typeText }] of variables.entries()) {
    const count = variables.length === 1 ? "" : ` (${index + 1} of ${variables.length})`;
    const type =
      typeText === undefined ? "" : ` Type: ${typeText}${isPlainType(typeText) ? "" : ", written as in the file"}.`;
    const isSecret = looksSecret(name);
    const value = await vscode.window.showInputBox({
      title: `Value of the variable "${name}"${count}`,
      prompt: `${description ?? "This job needs a value before it can run."}${type}`,
      password: isSecret,
      ignoreFocusOut: true,
      validateInput: (typed) => {
        const why = refused(name, typed);
        return isSecret && why !== undefined ? HIDDEN_REFUSAL : why;
      },
    });
    if (value === undefined) return undefined;
    values[name] = value;
  }
  return values;
}
