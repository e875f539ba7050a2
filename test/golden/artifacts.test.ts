// What Nomad had below the allocation directory after an artifact: the same names, kinds, modes and owners.
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allocationTaskDirs, buildAllocationDir, buildTaskDir } from "../../src/client/allocDir.ts";
import { openArtifactCache } from "../../src/client/artifact/cache.ts";
import { ArtifactError } from "../../src/client/artifact/failure.ts";
import { fetchArtifact } from "../../src/client/artifact/fetchArtifact.ts";
import { planArtifact } from "../../src/client/artifact/plan.ts";
import { unpack } from "../../src/client/artifact/unpack.ts";
import { taskEnvironment } from "../../src/client/taskEnvironment.ts";
import { resolveTaskUser } from "../../src/driver/taskUser.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { canonicalize } from "../../src/jobspec/canonicalize.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { hashOf, IMAGE, startArtifactServer, type ArtifactServer } from "../support/artifactServer.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";
import { recordedNode } from "../support/goldenTask.ts";

interface RecordedFile {
  readonly path: string;
  readonly type: "dir" | "file";
  readonly mode: string;
  readonly uid: number;
  readonly sha256?: string;
}

interface Recorded {
  readonly id: string;
  readonly hcl: string;
  readonly files: readonly RecordedFile[];
}

/** The recorded image's hash; ours has another content and the same size. */
const RECORDED_IMAGE = "07a04a38bc1348b1";
/** Two artifacts for one file: Nomad downloads both into it at the same time. Ours is one of them, whole. */
const RACES = new Set(["a-two-same-file"]);

let server: ArtifactServer;
const folder = mkdtempSync(path.join(os.tmpdir(), "artifacts-"));
beforeAll(async () => {
  server = await startArtifactServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The recorded job with our server and our content's checksums. */
function ours(hcl: string): string {
  const packed = hcl.includes("tiny.img.gz");
  const content = packed ? (server.files.get("tiny.img.gz") ?? IMAGE) : IMAGE;
  return hcl
    .replaceAll("127.0.0.1:15680", `127.0.0.1:${server.port}`)
    .replace(/\b(md5|sha1|sha256|sha512):([0-9a-fA-F]{32,})/g, (_, type: string, hex: string) => {
      const hash = hashOf(content, type);
      return `${type}:${/[A-F]/.test(hex) ? hash.toUpperCase() : hash}`;
    });
}

async function fetchAll(id: string, hcl: string): Promise<string> {
  const parsed = parseJobFile(new SourceText(id, ours(hcl)), { mode: "strict" }).job;
  if (parsed === undefined) throw new Error("not parsed");
  const job = canonicalize(parsed);
  const group = job.TaskGroups?.[0];
  const task = group?.Tasks?.[0];
  if (group === undefined || task === undefined) throw new Error("no task");
  const allocDir = path.join(folder, id);
  buildAllocationDir(allocDir);
  buildTaskDir(allocDir, task.Name);
  const { taskDir, tmpDir } = allocationTaskDirs(allocDir, task.Name);
  const node = recordedNode();
  const environment = taskEnvironment({
    job,
    group,
    task,
    allocId: id,
    allocName: "",
    allocIndex: 0,
    allocDir,
    node,
    ports: [],
    hostEnvironment: {},
    templateEnvironment: {},
  });
  const user = process.getuid?.() === 0 ? await resolveTaskUser(task.User) : undefined;
  for (const artifact of task.Artifacts ?? []) {
    const plan = planArtifact(artifact, { environment, node, allocDir, taskDir, jobFolder: undefined });
    const attempt = (): Promise<void> =>
      fetchArtifact(plan, {
        cache: openArtifactCache(path.join(folder, "cache", id)),
        unpack,
        allocDir,
        tmpDir,
        owner: user?.ok === true ? user.value : undefined,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
    // A failed download follows the restart policy; once is enough here (a-flaky).
    await attempt().catch((error: unknown) =>
      error instanceof ArtifactError ? attempt() : Promise.reject(error as Error),
    );
  }
  return allocDir;
}

function tree(root: string): RecordedFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name): RecordedFile => {
      const file = path.join(root, name);
      const found = lstatSync(file);
      const common = { path: name, mode: (found.mode & 0o7777).toString(8), uid: found.uid };
      if (found.isDirectory()) return { ...common, type: "dir" };
      return { ...common, type: "file", sha256: hashOf(readFileSync(file)).slice(0, 16) };
    })
    .sort(byPath);
}

const byPath = (a: RecordedFile, b: RecordedFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
/** Logs, sockets, markers of mounts: they belong to a running task. */
const OF_THE_TASK = /^alloc\/logs|\.nomad-mount$|\.sock$|-executor\.out$/;

describeGolden("artifacts", ["driver/artifacts.jsonl", "driver/node.json"], () => {
  test.each(readGoldenLines<Recorded>("driver/artifacts.jsonl"))("$id", async ({ id, hcl, files }) => {
    const found = tree(await fetchAll(id, hcl)).filter(({ path: name }) => !OF_THE_TASK.test(name));
    const image = hashOf(IMAGE).slice(0, 16);
    const comparable = (file: RecordedFile): object => ({
      path: file.path,
      type: file.type,
      mode: file.mode,
      ...(process.getuid?.() === 0 ? { uid: file.uid } : {}),
      ...(file.type === "file" && !RACES.has(id) ? { image: [RECORDED_IMAGE, image].includes(file.sha256 ?? "") } : {}),
    });
    const recorded = files.filter(({ path: name }) => !OF_THE_TASK.test(name)).sort(byPath);
    // Our archive with links holds more than the recorded one.
    const known = new Set(recorded.map(({ path: name }) => name));
    const compared = hcl.includes("link.tar") ? found.filter(({ path: name }) => known.has(name)) : found;
    expect(compared.map(comparable)).toEqual(recorded.map(comparable));
  });
});
