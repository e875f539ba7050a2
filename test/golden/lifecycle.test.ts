// Lives of tasks as Nomad recorded them, played again with our host: the same events in the same order with the same words.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startArtifactServer, type ArtifactServer } from "../support/artifactServer.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";
import { buildHostFolder, GUEST_IMAGE, HostWorld } from "../support/hostWorld.ts";
import { removeFolder } from "../support/hostProgram.ts";
import {
  comparable,
  durationOf,
  isPlayable,
  play,
  recordedByTask,
  type RecordedLife,
} from "../support/lifecycleCase.ts";

/** What cannot be played again, and why. */
const NOT_PLAYED: Readonly<Record<string, string>> = {
  "l-reschedule": "a server makes the second allocation",
  "l-alloc-restart-all": "restarting tasks that have ended is not a request of ours",
  "l-alloc-stop": "a server makes the second allocation",
  "l-tmpl-wait-missing": "templates with actions are refused",
  "l-oom": "there is no memory cgroup here",
  "l-artifact-not-again": "the recording does not say what ended the guest",
  "l-count-2": "one allocation of a group is run here",
  "l-graceful-sock-108": "the allocation directory has another length here",
  "l-restart-interval-reset": "the times between the kills matter",
  "l-maxkill-usr1": "max_kill_timeout is the default here",
  "l-maxkill-graceful-ignore": "max_kill_timeout is the default here",
  "l-sidecar-exits-0": "the recording does not say what ended the guest",
  "l-sibling-batch-ok": "the recording does not say what ended the guest",
  "l-poststart": "the recording does not say what ended the guest",
  "l-poststart-sidecar": "the recording does not say what ended the guest",
  "l-prestart-service-ok-restart": "the recording does not say what ended the guest",
};

/** All that are playable with NOMAD_QEMU_LIFECYCLE=all; else one of each kind, as far as they are short. */
const SAMPLE = new Set([
  "l-run-stop",
  "l-off-service",
  "l-kill9-batch-restart",
  "l-graceful-ignore-2s",
  "l-sig-quit",
  "l-shutdown-delay",
  "l-leader-batch",
  "l-leader-stop",
  "l-two-stop",
  "l-prestart-fails",
  "l-prestart-sidecar",
  "l-poststop-main-fails",
  "l-all-hooks",
  "l-alloc-restart",
  "l-stop-in-prestart",
  "l-artifact-slow-stop",
  "l-alloc-restart-notask",
  "l-max-run-duration",
  "l-poststart-fails-batch",
  "l-restart-driver-failure",
  "l-agent-kill9",
]);
const everything = process.env["NOMAD_QEMU_LIFECYCLE"] === "all";

let built: { folder: string; program: string };
let server: ArtifactServer;
let world: HostWorld;
beforeAll(async () => {
  built = await buildHostFolder();
  server = await startArtifactServer();
  server.files.set("tiny.img", GUEST_IMAGE);
});
afterAll(async () => {
  await server.close();
  removeFolder(built.folder);
});
beforeEach(() => {
  world = new HostWorld(built.program);
});
afterEach(() => world.cleanUp());

describeGolden("the life of a task", ["driver/lifecycle.jsonl"], () => {
  const lives = readGoldenLines<RecordedLife>("driver/lifecycle.jsonl")
    .filter((life) => isPlayable(life) && NOT_PLAYED[life.id] === undefined)
    .filter(({ id }) => everything || SAMPLE.has(id));
  for (const life of lives)
    test(
      life.id,
      async () => {
        const ended = await play(life, world, server.port);
        const ours = Object.fromEntries(ended.tasks.map(({ name, events }) => [name, comparable(events)]));
        expect(ours).toEqual(recordedByTask(life, ended.tasks[0]?.name ?? ""));
        const status = Array.isArray(life.allocStatus) ? life.allocStatus[0] : life.allocStatus;
        const tasks = ended.tasks.map(({ name, state, failed, restarts }) => [name, { state, failed, restarts }]);
        expect({
          client: ended.status,
          clientDescription: ended.description,
          tasks: Object.fromEntries(tasks),
        }).toEqual({ client: status.client, clientDescription: status.clientDescription, tasks: status.tasks });
      },
      20_000 + 2 * durationOf(life),
    );
});
