// The reason of an exit, read from the log that QEMU writes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEventLog, shutdownReason } from "../../../src/driver/qmpEventLog.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "events-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STAMP = '"timestamp": {"seconds": 1, "microseconds": 500000}';
const event = (name: string, data = "{}"): string => `{${STAMP}, "event": "${name}", "data": ${data}}\r\n`;
const shutdown = (reason: string): string => event("SHUTDOWN", `{"guest": true, "reason": "${reason}"}`);

async function reasonOf(text: string): Promise<string | undefined> {
  const file = path.join(folder, "log");
  writeFileSync(file, text);
  return shutdownReason(await readEventLog(file));
}

test.each([
  ["nothing", "", undefined],
  ["greetings and replies only", '{"QMP": {}}\r\n{"return": {}}\r\n', undefined],
  ["a power-off", event("POWERDOWN") + shutdown("guest-shutdown"), "guest-shutdown"],
  ["a reset before", event("RESET", '{"reason": "guest-reset"}') + shutdown("host-signal"), "host-signal"],
  ["a half line at the end", `${shutdown("guest-panic")}{"event": "SHUT`, "guest-panic"],
  ["a shutdown that was survived", shutdown("guest-shutdown") + event("RESUME"), undefined],
  ["more than is read", `${'{"return": "x"}\r\n'.repeat(20_000)}${shutdown("host-qmp-quit")}`, "host-qmp-quit"],
])("%s", async (_, text, reason) => {
  expect(await reasonOf(text)).toBe(reason);
});

test("a log that is not there has no events", async () => {
  expect(await readEventLog(path.join(folder, "none"))).toEqual([]);
});
