// Exit codes of the command line (a fixed contract: scripts and CI rely on them).

export const EXIT = {
  ok: 0,
  /** The answer is no: errors found, differences, the task failed. */
  no: 1,
  usage: 2,
  /** Something is missing on this machine: QEMU, an image, the host process. */
  missing: 3,
  interrupted: 130,
} as const;
