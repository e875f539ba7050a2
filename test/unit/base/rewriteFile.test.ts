// A user's file gets other text and stays the same file, or keeps what it said.
import type * as FileSystem from "node:fs";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rewriteFile } from "../../../src/base/rewriteFile.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

const refusals = vi.hoisted(() => ({ temporary: "", write: "" }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof FileSystem>();
  const refuse = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  const openSync: typeof fs.openSync = (file, flags, mode) =>
    flags === "wx" && refusals.temporary !== "" ? refuse(refusals.temporary) : fs.openSync(file, flags, mode);
  const writeSync = (...args: Parameters<typeof fs.writeSync>): number => {
    if (refusals.write === "") return fs.writeSync(...args);
    // The first half goes in, then there is no room for more than there was.
    const code = refusals.write;
    refusals.write = "";
    fs.writeSync(args[0], "HALF", 0);
    return refuse(code);
  };
  return { ...fs, openSync, writeSync };
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryFolder("rewrite");
  file = path.join(folder, "job.hcl");
  writeFileSync(file, "old content");
});
afterEach(() => {
  refusals.temporary = refusals.write = "";
  removeFolder(folder);
});

const rewritten = (name = file) => ({ ...rewriteFile(name, Buffer.from("new")), now: readFileSync(file, "utf8") });

test.runIf(process.platform !== "win32")(
  "a link still leads to it, and its mode is what it was, whatever the umask",
  () => {
    chmodSync(file, 0o666);
    const link = path.join(folder, "link.hcl");
    symlinkSync("job.hcl", link);
    const umask = process.umask(0o077);
    expect(rewritten(link)).toMatchObject({ ok: true, now: "new" });
    process.umask(umask);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o666);
    expect(readdirSync(folder)).toEqual(["job.hcl", "link.hcl"]);
  },
);

test("a folder that takes no other file: it is written where it is", () => {
  refusals.temporary = "EACCES";
  expect(rewritten()).toMatchObject({ ok: true, now: "new" });
});

test.each(["", "EACCES"])("a full disk leaves the old content (beside it: %j)", (temporary) => {
  refusals.temporary = temporary;
  refusals.write = "ENOSPC";
  const error = { code: "disk-full", next: expect.stringMatching(/^The file is as it was\. Free space/) };
  expect(rewritten()).toMatchObject({ ok: false, error, now: "old content" });
  expect(readdirSync(folder)).toEqual(["job.hcl"]);
});

test("a file that is not there is not made", () => {
  expect(rewriteFile(path.join(folder, "absent"), Buffer.from("new")).ok).toBe(false);
  expect(readdirSync(folder)).toEqual(["job.hcl"]);
});
