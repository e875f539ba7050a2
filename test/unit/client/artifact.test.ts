// Artifacts: what arrives where, with which mode, and what is said when it cannot.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allocationTaskDirs, buildAllocationDir, buildTaskDir } from "../../../src/client/allocDir.ts";
import { openArtifactCache, seedArtifactCache } from "../../../src/client/artifact/cache.ts";
import { fetchArtifact } from "../../../src/client/artifact/fetchArtifact.ts";
import { ArtifactError, artifactFailureText } from "../../../src/client/artifact/failure.ts";
import { planArtifact } from "../../../src/client/artifact/plan.ts";
import { unpack } from "../../../src/client/artifact/unpack.ts";
import type { Artifact } from "../../../src/jobspec/job.ts";
import type { NodeDescription } from "../../../src/jobspec/node.ts";
import { hashOf, IMAGE, startArtifactServer, type ArtifactServer } from "../../support/artifactServer.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

const NODE: NodeDescription = {
  knowledge: "complete",
  id: "n",
  name: "n",
  datacenter: "dc1",
  class: "",
  pool: "default",
  region: "global",
  attributes: {},
  meta: { img: "tiny.img" },
  drivers: {},
};

let server: ArtifactServer;
let folder: string;
let allocDir: string;
let progress: [number, number][];

beforeAll(async () => {
  server = await startArtifactServer();
});
afterAll(() => server.close());
beforeEach(() => {
  folder = temporaryFolder("artifact");
  allocDir = path.join(folder, "alloc-1");
  buildAllocationDir(allocDir);
  buildTaskDir(allocDir, "vm");
  progress = [];
  server.requests.length = 0;
});
afterEach(() => removeFolder(folder));

interface Block {
  source: string;
  destination?: string;
  mode?: string;
  options?: Record<string, string>;
  headers?: Record<string, string>;
}

async function fetch(block: Block, signal = new AbortController().signal): Promise<void> {
  const artifact: Artifact = {
    GetterSource: block.source.replace("${server}", server.base),
    GetterOptions: block.options ?? null,
    GetterHeaders: block.headers ?? null,
    GetterMode: block.mode ?? null,
    GetterInsecure: null,
    RelativeDest: block.destination ?? null,
    Chown: false,
  };
  const dirs = allocationTaskDirs(allocDir, "vm");
  const plan = planArtifact(artifact, {
    environment: { NOMAD_ALLOC_DIR: dirs.sharedDir, NOMAD_TASK_DIR: dirs.localDir, KEY: "k1" },
    node: NODE,
    allocDir,
    taskDir: dirs.taskDir,
    jobFolder: folder,
  });
  await fetchArtifact(plan, {
    cache: openArtifactCache(path.join(folder, "cache")),
    unpack,
    allocDir,
    tmpDir: dirs.tmpDir,
    owner: undefined,
    signal,
    onProgress: (received, total) => progress.push([received, total]),
  });
}

async function failureOf(block: Block): Promise<string> {
  try {
    await fetch(block);
  } catch (error) {
    expect(tree(path.join(allocDir, "vm"))).toEqual({});
    if (error instanceof ArtifactError) return artifactFailureText("S", error.failure).replaceAll(allocDir, "${ALLOC}");
    throw error;
  }
  throw new Error("it worked");
}

/** Files with their mode, and `IMAGE` for the image. */
function tree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const mode = (statSync(file).mode & 0o7777).toString(8);
    chmodSync(file, 0o644);
    const data = readFileSync(file);
    found[path.relative(root, file)] = `${mode} ${data.equals(IMAGE) ? "IMAGE" : data.toString()}`;
  }
  return found;
}

describe("what arrives", () => {
  const plain = "644 IMAGE";
  const packed = "622 IMAGE";
  const gz = "${server}/tiny.img.gz";
  test.each<[string, Block, Record<string, string>]>([
    ["by default in local/", { source: "${server}/tiny.img" }, { "vm/local/tiny.img": plain }],
    ["in a folder", { source: "${server}/tiny.img", destination: "local/a/b" }, { "vm/local/a/b/tiny.img": plain }],
    ["in mode file", { source: "${server}/tiny.img", mode: "file" }, { "vm/local/tiny.img": plain }],
    [
      "in mode file under a name",
      { source: "${server}/tiny.img", mode: "file", destination: "local/x.img" },
      { "vm/local/x.img": plain },
    ],
    ["in mode dir", { source: "${server}/tiny.img", mode: "dir" }, {}],
    ["compressed, to a file", { source: gz, mode: "file", destination: "local/x" }, { "vm/local/x": packed }],
    ["compressed, kept", { source: gz, options: { archive: "false" } }, { "vm/local/tiny.img.gz": expect.any(String) }],
    [
      "of an archive kind that is none",
      { source: "${server}/tiny.img", options: { archive: "x" } },
      { "vm/local/tiny.img": plain },
    ],
    ["renamed", { source: "${server}/tiny.img", options: { filename: "r.img" } }, { "vm/local/r.img": plain }],
    ["after a redirect", { source: "${server}/redir" }, { "vm/local/redir": plain }],
    ["with a header", { source: "${server}/hdr.img", headers: { "X-Key": "${KEY}" } }, { "vm/local/hdr.img": plain }],
    ["interpolated", { source: "${server}/${meta.img}" }, { "vm/local/tiny.img": plain }],
    ["in the task's folder", { source: "${server}/tiny.img", destination: "/" }, { "vm/tiny.img": plain }],
    [
      "in the shared folder",
      { source: "${server}/tiny.img", destination: "../alloc/data" },
      { "alloc/data/tiny.img": plain },
    ],
    [
      "in the shared folder by variable",
      { source: "${server}/tiny.img", destination: "${NOMAD_ALLOC_DIR}/data" },
      { "alloc/data/tiny.img": plain },
    ],
    [
      "below an absolute path",
      { source: "${server}/tiny.img", destination: "/local/abs" },
      { "vm/local/abs/tiny.img": plain },
    ],
    [
      "of an archive with links: empty files, no special bits",
      { source: "${server}/links.tar" },
      {
        "vm/local/l/inner": "644 in",
        "vm/local/l/ok": "777 ",
        "vm/local/l/evil": "777 ",
        "vm/local/l/hard": "644 ",
        "vm/local/l/suid": "755 s",
        "vm/local/l/fifo": "600 ",
      },
    ],
    ["of an absolute name in an archive", { source: "${server}/absolute.tar" }, { "vm/local/abs/file.txt": "644 a" }],
    [
      "of an archive in mode file",
      { source: "${server}/tiny.tar", mode: "file", destination: "local/x" },
      { "vm/local/x": plain },
    ],
    [
      "of a zip in mode file",
      { source: "${server}/tiny.zip", mode: "file", destination: "local/x" },
      { "vm/local/x": plain },
    ],
    [
      "of a forced kind",
      { source: "${server}/tiny.tar.gz?x=1", options: { archive: "tar.gz" } },
      { "vm/local/tiny.img": plain },
    ],
  ])("%s", async (_, block, expected) => {
    await fetch(block);
    expect(tree(allocDir)).toEqual(expected);
  });

  test.each(["tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst", "zip"])("unpacked: %s", async (kind) => {
    await fetch({ source: `\${server}/tiny.${kind}`, destination: "local/d" });
    expect(tree(allocDir)).toEqual({ "vm/local/d/tiny.img": plain });
  });

  test.each(["gz", "bz2", "xz", "zst"])("decompressed: %s", async (kind) => {
    await fetch({ source: `\${server}/tiny.img.${kind}`, mode: "file" });
    expect(tree(allocDir)).toEqual({ [`vm/local/tiny.img.${kind}`]: packed });
  });

  test("a folder of an archive", async () => {
    await fetch({ source: "${server}/links.tar//l", destination: "local/s" });
    expect(Object.keys(tree(allocDir))).toContain("vm/local/s/inner");
  });

  test("beside what is there, in place of what has its name", async () => {
    writeFileSync(path.join(allocDir, "vm/local/other"), "o");
    writeFileSync(path.join(allocDir, "vm/local/tiny.img"), "old");
    await fetch({ source: "${server}/tiny.img" });
    expect(tree(allocDir)).toEqual({ "vm/local/other": "644 o", "vm/local/tiny.img": plain });
  });
});

describe("the query", () => {
  test("options meant for the client are not sent, others are, sorted", async () => {
    const checksum = `sha256:${hashOf(IMAGE)}`;
    await fetch({ source: "${server}/tiny.img?v=1&w=2", options: { z: "1", a: "2", checksum, filename: "x" } });
    expect(server.requests).toEqual(["GET /tiny.img?v=1&w=2&a=2&z=1"]);
  });
});

describe("checksums and the cache", () => {
  test.each(["md5", "sha1", "sha256", "sha512"])("%s: checked, cached, not downloaded again", async (type) => {
    const options = { checksum: `${type}:${hashOf(IMAGE, type).toUpperCase()}` };
    await fetch({ source: "${server}/tiny.img", options });
    await fetch({ source: "${server}/gone.img", options });
    expect(server.requests).toEqual(["GET /tiny.img"]);
    expect(tree(allocDir)).toEqual({ "vm/local/tiny.img": "644 IMAGE", "vm/local/gone.img": "644 IMAGE" });
  });

  test("the checksum is the archive's", async () => {
    const archive = server.files.get("tiny.tar.gz") ?? Buffer.alloc(0);
    await fetch({ source: "${server}/tiny.tar.gz", options: { checksum: hashOf(archive) } });
    expect(tree(allocDir)).toEqual({ "vm/local/tiny.img": "644 IMAGE" });
  });

  test("a VM's writes do not reach the cache", async () => {
    const options = { checksum: hashOf(IMAGE) };
    await fetch({ source: "${server}/tiny.img", options });
    writeFileSync(path.join(allocDir, "vm/local/tiny.img"), "written by the VM");
    await fetch({ source: "${server}/tiny.img", options, destination: "local/again" });
    expect(tree(allocDir)["vm/local/again/tiny.img"]).toBe("644 IMAGE");
    expect(server.requests).toHaveLength(1);
  });

  test("a cached file that was tampered with is thrown away", async () => {
    const options = { checksum: hashOf(IMAGE) };
    await fetch({ source: "${server}/tiny.img", options });
    const cached = path.join(folder, "cache/artifacts", hashOf(IMAGE));
    chmodSync(cached, 0o600);
    writeFileSync(cached, "evil");
    await fetch({ source: "${server}/tiny.img", options, destination: "local/again" });
    expect(tree(allocDir)["vm/local/again/tiny.img"]).toBe("644 IMAGE");
    expect(server.requests).toHaveLength(2);
  });

  test("files that come with the product are there under their checksum", async () => {
    mkdirSync(path.join(folder, "guest"));
    writeFileSync(path.join(folder, "guest/tiny.img.gz"), gzipSync(IMAGE));
    expect(await seedArtifactCache(path.join(folder, "cache"), path.join(folder, "guest"))).toBe(1);
    expect(await seedArtifactCache(path.join(folder, "cache"), path.join(folder, "guest"))).toBe(0);
    await fetch({ source: "${server}/tiny.img", options: { checksum: `sha256:${hashOf(IMAGE)}` } });
    expect(server.requests).toEqual([]);
    expect(progress).toEqual([[IMAGE.length, IMAGE.length]]);
  });
});

describe("local files", () => {
  test("a file beside the job file, by an absolute path, and by URL", async () => {
    const file = path.join(folder, "image.img");
    writeFileSync(file, IMAGE);
    await fetch({ source: "image.img", destination: "local/a" });
    await fetch({ source: file, destination: "local/b" });
    await fetch({ source: `file://${file}`, destination: "local/c", options: { checksum: hashOf(IMAGE) } });
    expect(Object.keys(tree(allocDir)).sort()).toEqual([
      "vm/local/a/image.img",
      "vm/local/b/image.img",
      "vm/local/c/image.img",
    ]);
  });

  test("a missing one names the file; a folder is refused", async () => {
    expect(await failureOf({ source: "nothing.img" })).toMatch(/local file .*nothing\.img cannot be read\n.*ENOENT/);
    expect(await failureOf({ source: folder })).toMatch(/is not a regular file/);
  });
});

describe("failures, in Nomad's words where it has them", () => {
  const getter =
    'failed to download artifact "S": getter subprocess failed: exit status 1: failed to download artifact: ';
  test.each<[Block, string]>([
    [{ source: "${server}/missing.img" }, `${getter}bad response code: 404`],
    [{ source: "${server}/500" }, `${getter}bad response code: 500`],
    [{ source: "${server}/hdr" }, `${getter}bad response code: 401`],
    [{ source: "${server}/tiny.img.gz" }, `${getter}gzip-compressed files can only unarchive to a single file`],
    [{ source: "${server}/tiny.img.xz" }, `${getter}xz-compressed files can only unarchive to a single file`],
    [{ source: "${server}/tiny.img.zst" }, `${getter}zstd-compressed files can only unarchive to a single file`],
    [{ source: "${server}/tiny.img.bz2" }, `${getter}bzip2-compressed files can only unarchive to a single file`],
    [{ source: "${server}/bad.gz", mode: "file" }, `${getter}gzip: invalid header`],
    [{ source: "${server}/dotdot.tar" }, `${getter}entry contains '..': ../../../esc.txt`],
    [{ source: "${server}/dotdot.zip" }, `${getter}entry contains '..': ../../esc.txt`],
    [{ source: "${server}/trunc.tar.gz" }, `${getter}unexpected EOF`],
    [{ source: "${server}/bad.zip" }, `${getter}zip: not a valid zip file`],
    [{ source: "ftp://127.0.0.1/x" }, `${getter}download not supported for scheme 'ftp'`],
    [{ source: "${server}/to-ftp" }, `${getter}download not supported for scheme 'ftp'`],
    [
      { source: "http://127.0.0.1:9/x.img" },
      `${getter}Get "http://127.0.0.1:9/x.img": dial tcp 127.0.0.1:9: connect: connection refused`,
    ],
    [
      { source: "${server}/tiny.img", destination: "../../../../x" },
      'failed to download artifact "S": artifact destination path escapes alloc directory',
    ],
    [
      { source: "${server}/tiny.img", options: { checksum: `md5:${"0".repeat(32)}` } },
      `${getter}Checksums did not match for \${ALLOC}/vm/local/tiny.img.\nExpected: ${"0".repeat(32)}\nGot: ${hashOf(IMAGE, "md5")}\n*md5.digest`,
    ],
    [{ source: "${server}/tiny.img", options: { checksum: "crc:12" } }, `${getter}unsupported checksum type: crc`],
  ])("%o", async (block, text) => {
    expect(await failureOf(block)).toBe(text);
  });

  test.each<[Block, RegExp]>([
    [
      { source: "${server}/bad.tar.gz" },
      /Error opening a gzip reader for \$\{ALLOC\}\/vm\/tmp\/getter\d+\/archive: gzip: invalid header$/,
    ],
    [{ source: "${server}/bad.tar" }, /archive\/tar: invalid tar header$/],
    [{ source: "${server}/two.tar", mode: "file", destination: "local/x" }, /expected a single file, got multiple/],
    [{ source: "${server}/broken" }, /unexpected EOF after 1000 bytes$/],
    [{ source: "${server}/loop" }, /stopped after 10 redirects$/],
    [{ source: "git::https://example.com/x.git" }, /does not download with "git"\n/],
    [{ source: "github.com/a/b" }, /does not download with "git"\n/],
    [{ source: "s3::https://s3.amazonaws.com/b/k" }, /does not download with "s3"\n/],
  ])("%o", async (block, pattern) => {
    expect(await failureOf(block)).toMatch(pattern);
  });

  test("a link in the allocation does not lead out of it", async () => {
    symlinkSync(folder, path.join(allocDir, "vm/local/out"));
    await expect(fetch({ source: "${server}/tiny.img", destination: "local/out/x" })).rejects.toThrow(
      /escapes alloc directory/,
    );
    expect(existsSync(path.join(folder, "x/tiny.img"))).toBe(false);
  });

  test("a stop ends a download that stands still, and leaves nothing", async () => {
    const controller = new AbortController();
    const running = fetch({ source: "${server}/stalls" }, controller.signal);
    await expect.poll(() => progress.at(-1)).toEqual([1_000, IMAGE.length]);
    controller.abort(new Error("stopped"));
    await expect(running).rejects.toThrow();
    expect(tree(allocDir)).toEqual({});
  });
});

test.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
  "a full disk is named, and nothing is left (needs root to mount a small file system)",
  async () => {
    const small = path.join(allocDir, "vm/local");
    const tmp = path.join(allocDir, "vm/tmp");
    for (const place of [small, tmp]) execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", place]);
    try {
      expect(await failureOf({ source: "${server}/tiny.img" })).toMatch(/There is no space left to write.*\n.*ENOSPC/);
    } finally {
      for (const place of [small, tmp]) execFileSync("umount", [place]);
    }
  },
);
