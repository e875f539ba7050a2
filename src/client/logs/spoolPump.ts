// Copies what QEMU appends to a spool file into the task's rotated log files: every byte once, whatever dies when.
//
// How far the copy has got is not written down after each piece; it follows from the log files' own sizes and a base that
// is written before anything of a spool is copied, and at each rotation: every byte behind the base came from this spool,
// in order.
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { writeJsonAtomic } from "../../base/atomicFile.ts";
import { openLogRotator, type LogEnd, type RotationRules } from "./rotator.ts";
import { punchSpool } from "./spoolSpace.ts";

/** "The log ended here when the spool had been copied up to there." */
interface PumpBase {
  readonly spool: string;
  readonly spoolOffset: number;
  readonly log: LogEnd;
}

export interface SpoolPumpOptions {
  /** The append-only file that QEMU writes to. */
  readonly spool: string;
  readonly logsDir: string;
  /** `<task>.stdout` */
  readonly logName: string;
  /** `discard`: the job disabled its logs; the spool is only listened to. */
  readonly logs: RotationRules | "discard";
  /** The base is kept here. */
  readonly baseFile: string;
  /** Everything that is copied, in order; the buffer is only valid during the call. */
  readonly onData: (data: Buffer) => void;
  /** The log could not be written (disk full): nothing is lost, the same bytes are tried again at the next call. */
  readonly onError: (error: unknown) => void;
}

export interface SpoolPump {
  /** Copies what is there, up to a limit: `more` = call again soon, `failed` = the log could not be written. */
  pump(): "all" | "more" | "failed";
  /** Position in the spool behind the last copied byte. */
  offset(): number;
  /** Up to `bytes` of the spool before the present position. */
  history(bytes: number): Buffer;
  close(): void;
}

const CHUNK_BYTES = 64 * 1024;
/** One call copies at most so much, so that a flood does not keep the host from everything else. */
const BYTES_PER_CALL = 4 * 1024 * 1024;
/** Space behind the copied part is given back in steps of this. */
const PUNCH_STEP_BYTES = 4 * 1024 * 1024;
/** What stays for a console's history. */
export const HISTORY_MAX_BYTES = 1024 * 1024;

/** Opens the pump where an earlier one, perhaps of a dead host, stopped. @throws the file system's error */
export function openSpoolPump(options: SpoolPumpOptions): SpoolPump {
  const { spool, logs } = options;
  const source = openSync(spool, "r");
  let offset = 0;
  const writeBase = (log: LogEnd): void => {
    writeJsonAtomic(options.baseFile, { spool, spoolOffset: offset, log } satisfies PumpBase, { outlives: "process" });
  };
  const base = readBase(options.baseFile);
  const mine = base?.spool === spool ? base : undefined;
  const hooks = {
    appended: (count: number): void => {
      offset += count;
    },
    beforeRotation: writeBase,
  };
  const rotator =
    logs === "discard" ? undefined : openLogRotator(options.logsDir, options.logName, logs, hooks, mine?.log.index);
  if (rotator !== undefined) {
    if (mine === undefined) writeBase(rotator.end());
    else offset = mine.spoolOffset + bytesSince(mine.log, rotator.end(), options);
  }
  let punched = 0;
  const buffer = Buffer.alloc(CHUNK_BYTES);

  /** Copies one piece and says how long it was. */
  const copyPiece = (): number => {
    const count = readSync(source, buffer, 0, CHUNK_BYTES, offset);
    if (count === 0) return 0;
    const before = offset;
    try {
      if (rotator === undefined) offset += count;
      else rotator.write(buffer.subarray(0, count));
    } finally {
      if (offset > before) options.onData(buffer.subarray(0, offset - before));
    }
    return count;
  };
  const giveSpaceBack = (): void => {
    const unneeded = offset - HISTORY_MAX_BYTES;
    if (unneeded - punched < PUNCH_STEP_BYTES) return;
    punched = unneeded;
    punchSpool(spool, unneeded);
  };
  return {
    offset: () => offset,
    pump: () => {
      try {
        let total = 0;
        for (let count = copyPiece(); count > 0; count = total < BYTES_PER_CALL ? copyPiece() : 0) total += count;
        giveSpaceBack();
        return total < BYTES_PER_CALL ? "all" : "more";
      } catch (error) {
        options.onError(error);
        return "failed";
      }
    },
    history: (bytes) => {
      const start = Math.max(0, offset - Math.min(bytes, HISTORY_MAX_BYTES));
      const history = Buffer.alloc(offset - start);
      return history.subarray(0, readSync(source, history, 0, history.length, start));
    },
    close: () => {
      rotator?.close();
      closeSync(source);
    },
  };
}

function readBase(file: string): PumpBase | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PumpBase;
  } catch {
    return undefined;
  }
}

/** How much the log has grown from a place to its present end. A file that somebody shortened counts as not grown. */
function bytesSince(from: LogEnd, end: LogEnd, { logsDir, logName }: SpoolPumpOptions): number {
  if (end.index === from.index) return Math.max(0, end.size - from.size);
  let bytes = end.size;
  for (let index = from.index; index < end.index; index++)
    bytes += sizeOf(path.join(logsDir, `${logName}.${index}`)) - (index === from.index ? from.size : 0);
  return Math.max(0, bytes);
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
