// Where things are kept, and what happens when they cannot be kept there.
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fileProblem, writeFileAtomic } from "../../../src/base/atomicFile.ts";
import { checkSocketPath, openDataDir, openRuntimeDir, resolveDataDir } from "../../../src/base/paths.ts";
import { configDir, defaultDataDir } from "../../../src/base/userFolders.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder("paths");
});
afterEach(() => {
  vi.unstubAllEnvs();
  removeFolder(folder);
});

const home = os.homedir();

test.each([
  ["linux", {}, `${home}/.local/state/nomad-qemu`],
  ["linux", { XDG_STATE_HOME: "/state" }, "/state/nomad-qemu"],
  ["linux", { XDG_STATE_HOME: "relative" }, `${home}/.local/state/nomad-qemu`],
  ["darwin", {}, `${home}/Library/Application Support/nomad-qemu`],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/nomad-qemu"],
] as const)("the data directory on %s with %o is %s", (platform, env, expected) => {
  expect(defaultDataDir(env, platform)).toBe(expected);
});

test.each([
  ["linux", {}, `${home}/.config/nomad-qemu`],
  ["linux", { XDG_CONFIG_HOME: "/etc/me" }, "/etc/me/nomad-qemu"],
  ["darwin", {}, `${home}/Library/Preferences/nomad-qemu`],
  ["win32", { APPDATA: "/roaming" }, "/roaming/nomad-qemu"],
] as const)("the configuration on %s with %o is in %s", (platform, env, expected) => {
  expect(configDir(env, platform)).toBe(expected);
});

test("the flag wins over the environment, the environment over the default; an empty one says nothing", () => {
  expect(resolveDataDir("/flag", { NOMAD_QEMU_DATA_DIR: "/env" })).toBe("/flag");
  expect(resolveDataDir(undefined, { NOMAD_QEMU_DATA_DIR: "/env" })).toBe("/env");
  expect(resolveDataDir("rel", {})).toBe(path.resolve("rel"));
  expect(resolveDataDir(undefined, { NOMAD_QEMU_DATA_DIR: "" })).toBe(defaultDataDir({}));
});

test("a data directory is for its owner", () => {
  const dataDir = path.join(folder, "a", "b");
  expect(openDataDir(dataDir).ok).toBe(true);
  expect(lstatSync(path.join(dataDir, "state")).mode & 0o777).toBe(0o700);
  expect(lstatSync(dataDir).mode & 0o066).toBe(0);
  expect(openDataDir(dataDir).ok).toBe(true);
});

test("a data directory that is a file is refused in one clear message", () => {
  const file = path.join(folder, "file");
  writeFileSync(file, "");
  const opened = openDataDir(path.join(file, "below"));
  expect(opened).toMatchObject({ ok: false, error: { code: "data-dir-not-writable", where: `${file}/below` } });
});

test("the folder for sockets is short, private, the same every time, and another one for another data directory", () => {
  const first = openRuntimeDir(path.join(folder, "x".repeat(200)), {});
  if (!first.ok) throw new Error(first.error.what);
  expect(openRuntimeDir(path.join(folder, "x".repeat(200)), {})).toEqual(first);
  const other = openRuntimeDir(folder, {});
  expect(other).not.toEqual(first);
  if (other.ok) removeFolder(other.value);
  expect(lstatSync(first.value).mode & 0o777).toBe(0o700);
  chmodSync(first.value, 0o755);
  openRuntimeDir(path.join(folder, "x".repeat(200)), {});
  expect(lstatSync(first.value).mode & 0o777).toBe(0o700);
  removeFolder(first.value);
});

test("a temporary folder whose name is too long is passed over; when every folder is bad, each says why", () => {
  const long = path.join(folder, "d".repeat(80));
  mkdirSync(long);
  vi.stubEnv("TMPDIR", long);
  const found = openRuntimeDir(path.join(folder, "one"), {});
  expect(found.ok && found.value.startsWith("/tmp/nomad-qemu-")).toBe(true);

  // Someone else's link under the name that we would use.
  const name = found.ok ? path.basename(found.value) : "";
  removeFolder(path.join("/tmp", name));
  symlinkSync(folder, path.join("/tmp", name));
  const runtime = path.join(folder, "r".repeat(90));
  const refused = openRuntimeDir(path.join(folder, "one"), { XDG_RUNTIME_DIR: runtime });
  removeFolder(path.join("/tmp", name));
  expect(refused).toMatchObject({ ok: false, error: { code: "no-runtime-dir" } });
  if (!refused.ok) {
    expect(refused.error.why).toMatch(/d{80}.*bytes are too many/);
    expect(refused.error.why).toMatch(/is not a folder/);
    expect(refused.error.why).toMatch(/r{90}.*bytes are too many/);
  }
});

test("a socket path may have 103 bytes", () => {
  expect(checkSocketPath("/".padEnd(103, "s"))).toBeUndefined();
  expect(checkSocketPath("/".padEnd(104, "s"))).toMatchObject({ code: "socket-path-too-long" });
  expect(checkSocketPath("/".padEnd(60, "ü"))).toMatchObject({ code: "socket-path-too-long" });
});

test("an atomic write replaces the whole file or leaves the old one and nothing else", () => {
  const file = path.join(folder, "state.json");
  writeFileAtomic(file, "old");
  writeFileAtomic(file, "new", { mode: 0o640 });
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(lstatSync(file).mode & 0o777).toBe(0o640);
  mkdirSync(path.join(folder, "taken"));
  expect(() => writeFileAtomic(path.join(folder, "taken"), "x")).toThrow(/EISDIR|ENOTEMPTY|EPERM|directory/);
  expect(readdirSync(folder).sort()).toEqual(["state.json", "taken"]);
});

test("what the file system says becomes what to do", () => {
  expect(fileProblem(Object.assign(new Error("full"), { code: "ENOSPC" }), "/x").code).toBe("disk-full");
  expect(fileProblem(Object.assign(new Error("no"), { code: "EROFS" }), "/x").code).toBe("not-writable");
  expect(fileProblem(new Error("odd"), "/x")).toMatchObject({ code: "file-error", why: "odd" });
});

test.runIf(process.platform === "linux")(
  "a data directory where the system makes no folders is a problem, not a hang",
  () => {
    const opened = openDataDir("/proc/nope/data");
    expect(opened.ok ? undefined : opened.error.code).toBe("data-dir-not-writable");
  },
);
