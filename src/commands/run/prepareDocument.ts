// Everything before the question "Run?": values for variables, the second opinion on the syntax, errors, QEMU itself.
import path from "node:path";
import { ProblemError, type Problem } from "../../base/result.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import type { Services } from "../command.ts";
import { jobsProgram } from "../jobsProgram.ts";
import { callerEnvironment } from "./callerEnvironment.ts";
import type { RunRequest } from "./documents.ts";
import type { PreparedJob } from "./prepareJob.ts";
import { explainRefusal } from "./refusalMessage.ts";
import { askForValues, rememberedValues, type Values } from "./variables.ts";

/** A job that may run; undefined after saying why not, or when the person backs out. Throws a ProblemError. */
export async function prepareDocument(
  { extension, link, machine, policy }: Services,
  { document, group, task }: RunRequest,
): Promise<PreparedJob | undefined> {
  const { prepareJob, refusedValue } = jobsProgram();
  const { pluginConfig, problem } = await policy.read();
  if (problem !== undefined) throw new ProblemError(problem);
  // QEMU may have been installed since; what is asked for the first time needs no second try.
  const fingerprint = machine.current()?.detected === true ? await machine.known() : await machine.probe();
  if (!fingerprint.detected) throw new ProblemError(qemuUnusable(fingerprint));
  const inFile = document.uri.scheme === "file";
  const prepare = (values: Values): ReturnType<typeof prepareJob> =>
    prepareJob({
      name: inFile ? path.basename(document.uri.fsPath) : document.fileName,
      text: document.getText(),
      values,
      environment: callerEnvironment(),
      ...(inFile ? { fileRoot: path.dirname(document.uri.fsPath) } : {}),
      pluginConfig,
      fingerprint,
      dataDir: link.dataDir,
      ...(group === undefined || task === undefined ? {} : { only: { group, task } }),
    });

  const memory = rememberedValues(extension, document.uri);
  let prepared = await prepare({});
  if (prepared.kind === "unset") {
    const names = prepared.variables.map(({ name }) => name);
    const known = await memory.read(names);
    const missing = prepared.variables.filter(({ name }) => !(name in known));
    const refused = (name: string, value: string): string | undefined => refusedValue(document.getText(), name, value);
    const given = missing.length === 0 ? {} : await askForValues(missing, refused);
    if (given === undefined) return undefined;
    const values = { ...known, ...given };
    prepared = await prepare(values);
    // A value that the job refuses is asked for again the next time.
    if (prepared.kind === "ready") await memory.write(given);
    else await memory.forget();
  }
  switch (prepared.kind) {
    case "ready":
      return prepared.job;
    case "refused":
      await explainRefusal(document, prepared.errors);
      return undefined;
    case "unset":
      await explainRefusal(
        document,
        prepared.variables.map(({ name }) => ({ message: `The variable "${name}" has no value.`, range: undefined })),
      );
      return undefined;
  }
}

function qemuUnusable({ healthDescription, emulatorPaths }: Fingerprint): Problem {
  const [program] = Object.values(emulatorPaths);
  if (program !== undefined)
    return {
      code: "qemu-unusable",
      what: "The QEMU on this machine cannot be used",
      where: program,
      why: healthDescription,
      next: "Run it with --version in a terminal; then install QEMU again, or put the folder of a working one first in PATH.",
    };
  return {
    code: "qemu-missing",
    what: "QEMU was not found on this machine",
    why: healthDescription === "" ? "No program named qemu-system-… is in PATH" : healthDescription,
    next: 'Install it, for example with "apt install qemu-system-x86", "dnf install qemu-system-x86-core" or "brew install qemu", and run the task again.',
  };
}
