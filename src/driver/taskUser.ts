// The account that a task's `user` names.
import os from "node:os";
import { run } from "../base/processRunner.ts";
import { fail, ok, type Result } from "../base/result.ts";

export interface TaskUser {
  readonly uid: number;
  readonly gid: number;
}

const LOOKUP_TIMEOUT_MS = 5_000;

/**
 * The ids to start QEMU with: undefined for the user that runs us already. Only an administrator may start processes as
 * somebody else. A number is a name too, as in Nomad [o: e-user-uid]; supplementary groups are not set (Nomad adds group 0
 * by mistake). The lookup is `id`'s, so that network accounts are found.
 *
 * Problems: `unknown-user`, `user-needs-root`.
 */
export async function resolveTaskUser(name: string): Promise<Result<TaskUser | undefined>> {
  if (name === "" || name === os.userInfo().username) return ok(undefined);
  const uid = await lookUp("-u", name);
  const gid = await lookUp("-g", name);
  if (uid === undefined || gid === undefined || /^\d+$/.test(name))
    return fail({
      code: "unknown-user",
      what: `rpc error: code = Unknown desc = failed to identify user ${name}: user: unknown user ${name}`,
      why: "The job's user must be the name of an account on the machine that runs the task.",
      next: "Name an existing account, or leave user out.",
    });
  if (process.getuid?.() === 0) return ok({ uid, gid });
  return fail({
    code: "user-needs-root",
    what: `The task wants to run as ${name}, and only an administrator can start it so`,
    where: name,
    why: `This process runs as ${os.userInfo().username}; Nomad's clients usually run as root.`,
    next: "Leave user out to run as yourself.",
  });
}

async function lookUp(flag: "-u" | "-g", name: string): Promise<number | undefined> {
  const answer = await run("id", {
    args: [flag, "--", name],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    timeoutMs: LOOKUP_TIMEOUT_MS,
  });
  const id = answer.ok && answer.value.exitCode === 0 ? Number(answer.value.stdout.trim()) : NaN;
  return Number.isInteger(id) ? id : undefined;
}
