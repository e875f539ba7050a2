// The allocation directory, with Nomad's names and modes (Nomad: client/allocdir; golden allocdir.txt).
//
// What is different from a Nomad client: no FIFOs (logs do not pass through a second process), no tmpfs for secrets/ and
// private/ (they are folders, mode 0777 below a data directory that only its owner may enter), no api.sock, and owners are
// only set where this process may set them (root, as Nomad's clients run).
import { chmodSync, chownSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";

export interface AllocationDirs {
  readonly allocDir: string;
  /** NOMAD_ALLOC_DIR */
  readonly sharedDir: string;
  readonly logsDir: string;
}

export interface TaskDirs extends AllocationDirs {
  /** The task's working directory. */
  readonly taskDir: string;
  /** NOMAD_TASK_DIR */
  readonly localDir: string;
  /** NOMAD_SECRETS_DIR */
  readonly secretsDir: string;
  readonly privateDir: string;
  readonly tmpDir: string;
}

/** Nomad gives the shared folders to this user, so that any task may write there. */
const NOBODY_ID = 65_534;

export function allocationDirs(allocDir: string): AllocationDirs {
  const sharedDir = path.join(allocDir, "alloc");
  return { allocDir, sharedDir, logsDir: path.join(sharedDir, "logs") };
}

export function allocationTaskDirs(allocDir: string, task: string): TaskDirs {
  const taskDir = path.join(allocDir, task);
  return {
    ...allocationDirs(allocDir),
    taskDir,
    localDir: path.join(taskDir, "local"),
    secretsDir: path.join(taskDir, "secrets"),
    privateDir: path.join(taskDir, "private"),
    tmpDir: path.join(taskDir, "tmp"),
  };
}

/** Makes the allocation's own folders. @throws the file system's error */
export function buildAllocationDir(allocDir: string): void {
  const { sharedDir, logsDir } = allocationDirs(allocDir);
  makeFolder(allocDir, 0o755);
  for (const folder of [sharedDir, path.join(sharedDir, "data"), logsDir, path.join(sharedDir, "tmp")])
    giveAway(makeFolder(folder, 0o777));
}

/** Makes a task's folders. @throws the file system's error */
export function buildTaskDir(allocDir: string, task: string): void {
  const dirs = allocationTaskDirs(allocDir, task);
  for (const folder of [dirs.taskDir, dirs.localDir, dirs.secretsDir, dirs.privateDir])
    giveAway(makeFolder(folder, 0o777));
  giveAway(makeFolder(dirs.tmpDir, 0o1777));
}

/** Removes the allocation with everything its tasks wrote. */
export function destroyAllocationDir(allocDir: string): void {
  rmSync(allocDir, { recursive: true, force: true, maxRetries: 3 });
}

/** The mode is set after the fact: the process's umask would take bits away. */
function makeFolder(folder: string, mode: number): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
  return folder;
}

function giveAway(folder: string): void {
  if (process.getuid?.() === 0) chownSync(folder, NOBODY_ID, NOBODY_ID);
}
