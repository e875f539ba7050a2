// How far somebody has followed a task's console: what brings them to the end after a host was killed, every byte once.
import type { ConsoleAttachment } from "./protocol.ts";

/** So many bytes of what the process that started then has printed. */
export type ConsoleMark = Pick<ConsoleAttachment, "startedAt" | "position">;

/**
 * What an attachment brings that has not been seen.
 * @param seen undefined for somebody who has seen nothing: then it is the whole history
 */
export function unseenOutput(attachment: ConsoleAttachment, seen: ConsoleMark | undefined): Buffer {
  const history = Buffer.from(attachment.history, "base64");
  if (seen?.startedAt !== attachment.startedAt) return history;
  const start = attachment.position - history.length;
  if (start > seen.position) return Buffer.concat([leftOut(start - seen.position), history]);
  return history.subarray(seen.position - start);
}

/** What stands for output that is not shown. */
export function leftOut(bytes: number): Buffer {
  return Buffer.from(`\r\n[${bytes} bytes left out]\r\n`);
}
