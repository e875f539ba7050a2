// What happens after a task has ended, as a table.
import { expect, test } from "vitest";
import {
  decideRestart,
  type RestartPolicy,
  type RestartState,
  type TaskEnd,
} from "../../../src/client/restartTracker.ts";

const S = 1_000_000_000;
const service: RestartPolicy = { attempts: 2, intervalNs: 30 * S, delayNs: 2 * S, mode: "fail", onSuccess: true };
const batch: RestartPolicy = { ...service, onSuccess: false };
const none: RestartPolicy = { ...service, attempts: 0 };
const delaying: RestartPolicy = { ...service, attempts: 1, mode: "delay" };
const fresh: RestartState = { count: 0, intervalStart: 0 };
const used: RestartState = { count: 2, intervalStart: 0 };
const well: TaskEnd = { kind: "exited", outcome: "success" };
const badly: TaskEnd = { kind: "exited", outcome: "failure" };
const download: TaskEnd = { kind: "not-started", recoverable: true };
const refused: TaskEnd = { kind: "not-started", recoverable: false };

test.each<[string, RestartPolicy, RestartState, TaskEnd, number, object]>([
  ["a service that ends well", service, fresh, well, 5, { action: "restart", reason: "Restart within policy" }],
  ["a batch task that ends well", batch, fresh, well, 5, { action: "done" }],
  ["a batch task that ends well without restarts", { ...batch, attempts: 0 }, fresh, well, 5, { action: "done" }],
  ["a batch task that ends badly", batch, fresh, badly, 5, { action: "restart", delayNs: 2 * S }],
  ["no delay at all", { ...batch, delayNs: 0 }, fresh, badly, 5, { action: "restart", delayNs: 1 }],
  ["no attempts at all", none, fresh, badly, 5, { action: "fail", reason: "Policy allows no restarts" }],
  ["no attempts, refused start", none, fresh, refused, 5, { action: "fail", reason: "Policy allows no restarts" }],
  ["a start that no retry mends", service, fresh, refused, 5, { action: "fail", reason: "Error was unrecoverable" }],
  ["a failed download", service, fresh, download, 5, { action: "restart", state: { count: 1, intervalStart: 0 } }],
  [
    "the third end in an interval",
    service,
    used,
    badly,
    29_000,
    { action: "fail", reason: 'Exceeded allowed attempts 2 in interval 30s and mode is "fail"' },
  ],
  [
    "an end after the interval",
    service,
    used,
    badly,
    30_001,
    { action: "restart", state: { count: 1, intervalStart: 30_001 } },
  ],
  [
    "mode delay, attempts used up",
    delaying,
    { count: 1, intervalStart: 10_000 },
    badly,
    31_000,
    { action: "restart", delayNs: 9 * S, reason: "Exceeded allowed attempts, applying a delay" },
  ],
  ["a person's restart", none, used, { kind: "restart-requested" }, 5, { action: "restart", delayNs: 0, reason: "" }],
  ["a person's stop", service, fresh, { kind: "killed" }, 5, { action: "done", state: fresh }],
])("%s", (_, policy, state, end, now, expected) => {
  expect(decideRestart(policy, state, end, now, 0)).toMatchObject(expected);
});

test("up to a quarter of the delay is added by chance", () => {
  const most = decideRestart(service, fresh, badly, 0, 0.999_999);
  expect(most.action === "restart" && most.delayNs).toBeCloseTo(2.5 * S, -5);
});
