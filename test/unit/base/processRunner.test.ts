// The process runner with real programs.
import { chmodSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findExecutable } from "../../../src/base/findExecutable.ts";
import { identifyProcess } from "../../../src/base/processIdentity.ts";
import { run, startDetached } from "../../../src/base/processRunner.ts";

let folder: string;
const file = (name: string): string => path.join(folder, name);
function script(name: string, text: string, mode = 0o755): string {
  writeFileSync(file(name), text);
  chmodSync(file(name), mode);
  return file(name);
}
const missing = (): never => {
  throw new Error("not written yet");
};
const shell = (code: string) => ["-c", code];
const plain = { args: [], environment: {}, timeoutMs: 8000 };

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "runner-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("run", () => {
  test("returns exit code, signal and both outputs to the byte", async () => {
    const result = await run("/bin/sh", { ...plain, args: shell("echo out; echo err >&2; exit 3") });
    expect(result).toEqual({ ok: true, value: { exitCode: 3, signal: undefined, stdout: "out\n", stderr: "err\n" } });
    const killed = await run("/bin/sh", { ...plain, args: shell("kill -TERM $$") });
    expect(killed).toMatchObject({ ok: true, value: { exitCode: undefined, signal: "SIGTERM" } });
  });

  test("gives the process exactly the environment it is told, and no input", async () => {
    const result = await run("/usr/bin/env", { ...plain, environment: { ONLY: "this", NOT: undefined } });
    expect(result).toMatchObject({ ok: true, value: { stdout: "ONLY=this\n" } });
    const input = await run("/bin/cat", { ...plain });
    expect(input).toMatchObject({ ok: true, value: { stdout: "" } });
    const fed = await run("/bin/cat", { ...plain, input: "text" });
    expect(fed).toMatchObject({ ok: true, value: { stdout: "text" } });
  });

  test("passes arguments untouched: nothing is read by a shell", async () => {
    const args = ["%s|", "$(id)", "`id`", "a b", "*", "", "'\"", "x;y"];
    const result = await run("/usr/bin/printf", { ...plain, args });
    expect(result).toMatchObject({ ok: true, value: { stdout: "$(id)|`id`|a b|*||'\"|x;y|" } });
  });

  test("does not let the C library hand a text file to the shell", async () => {
    const text = script("garbage", "echo I ran >&2; touch ran\n");
    expect(await run(text, { ...plain, cwd: folder })).toMatchObject({
      ok: false,
      error: { code: "not-a-program", where: text, why: "exec format error" },
    });
    expect(() => readFileSync(file("ran"))).toThrow();
  });

  test("looks programs up in the PATH that the program gets", async () => {
    script("tool", "#!/bin/sh\necho found\n");
    expect(await run("tool", { ...plain, environment: { PATH: folder } })).toMatchObject({ ok: true });
    expect(await run("tool", { ...plain, environment: {} })).toMatchObject({
      ok: false,
      error: { code: "program-not-found" },
    });
  });

  test("kills what takes too long, what is no longer wanted, and what talks too much", async () => {
    const sleep = { ...plain, args: ["60"] };
    expect(await run("/bin/sleep", { ...sleep, timeoutMs: 50 })).toMatchObject({
      ok: false,
      error: { code: "timed-out" },
    });
    const controller = new AbortController();
    const aborted = run("/bin/sleep", { ...sleep, signal: controller.signal });
    controller.abort();
    expect(await aborted).toMatchObject({ ok: false, error: { code: "aborted" } });
    expect(await run("/bin/sh", { ...plain, args: shell("yes"), maxOutputBytes: 1000 })).toMatchObject({
      ok: false,
      error: { code: "too-much-output" },
    });
  });

  test.each([
    ["a child of a script dies with it", "sleep 600 & echo $! > child; wait", "gone"],
    [
      "a descendant in a session of its own does not keep us waiting",
      "setsid sh -c 'echo $$ > child; exec sleep 600'",
      "lives",
    ],
  ] as const)("%s", async (_, code, fate) => {
    rmSync(file("child"), { force: true });
    const controller = new AbortController();
    const environment = { PATH: "/usr/bin:/bin" };
    const hanging = { args: shell(code), environment, cwd: folder, timeoutMs: 60_000, signal: controller.signal };
    const running = run("/bin/sh", hanging);
    const child = await vi.waitFor(
      () => Number(/\d+\n/.exec(readFileSync(file("child"), "utf8"))?.[0] ?? missing()),
      8000,
    );
    controller.abort();
    expect(await running).toMatchObject({ ok: false, error: { code: "aborted" } });
    if (fate === "gone") await vi.waitFor(() => expect(identifyProcess(child)).toBeUndefined());
    else process.kill(child, "SIGKILL");
  });

  test("says why a program could not be started", async () => {
    expect(await run("/bin/true", { ...plain, cwd: file("nowhere") })).toMatchObject({
      ok: false,
      error: { code: "not-started" },
    });
  });
});

describe("startDetached", () => {
  test("leads its own session, writes to the given files, and tells how it ended", async () => {
    const output = openSync(file("out"), "a");
    const started = await startDetached("/bin/sh", {
      args: shell('read -r _ _ _ _ group session _ < /proc/self/stat; echo "$$ $group $session"; exit 7'),
      environment: { PATH: "/usr/bin:/bin" },
      cwd: folder,
      stdout: output,
      stderr: output,
    });
    closeSync(output);
    if (!started.ok) throw new Error(started.error.what);
    expect(await started.value.exited).toEqual({ exitCode: 7, signal: undefined });
    const { pid } = started.value;
    expect(readFileSync(file("out"), "utf8")).toBe(`${pid} ${pid} ${pid}\n`);
  });
});

describe("findExecutable", () => {
  test("takes the first folder with an executable regular file, and only absolute folders", () => {
    script("tool2", "#!/bin/sh\n", 0o644);
    const second = mkdtempSync(path.join(folder, "second-"));
    writeFileSync(path.join(second, "tool2"), "#!/bin/sh\n", { mode: 0o755 });
    symlinkSync("/nowhere", file("dangling"));
    const search = { path: `:${folder}:${second}` };
    expect(findExecutable("tool2", search)).toBe(path.join(second, "tool2"));
    expect(findExecutable("dangling", search)).toBeUndefined();
    expect(findExecutable(path.basename(second), search)).toBeUndefined();
    expect(findExecutable("tool2", { path: undefined })).toBeUndefined();
  });
});
