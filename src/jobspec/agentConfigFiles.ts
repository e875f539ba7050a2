// Reads the files and folders that an operator names as agent configuration.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import { SourceText } from "../hcl/source.ts";
import { agentConfigFileNames } from "./agentConfig.ts";

/**
 * Reads each path (a folder: its configuration files in Nomad's order). Fails at the first that cannot be read.
 *
 * @param standardInput reads what `-` stands for; without it, that is a path like any other
 */
export async function readAgentConfigFiles(
  paths: readonly string[],
  standardInput?: () => Promise<SourceText>,
): Promise<Result<SourceText[]>> {
  const sources: SourceText[] = [];
  for (const path of paths) {
    if (path === "-" && standardInput !== undefined) {
      sources.push(await standardInput());
      continue;
    }
    try {
      for (const file of await filesAt(path)) sources.push(new SourceText(file, await readFile(file, "utf8")));
    } catch (error) {
      return fail(unreadable(path, error));
    }
  }
  return ok(sources);
}

async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  return agentConfigFileNames(names).map((name) => join(path, name));
}

function unreadable(path: string, error: unknown): Problem {
  return {
    code: "agent-config-unreadable",
    what: "The agent configuration cannot be read",
    where: path,
    why: error instanceof Error ? error.message : String(error),
    next: "Check the path and its permissions, or leave the setting out to run without the operator's restrictions.",
    cause: error,
  };
}
