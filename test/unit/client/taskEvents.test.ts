// Texts of task events; the expected ones were recorded from Nomad.
import { expect, test } from "vitest";
import { formatGoDuration } from "../../../src/base/goDuration.ts";
import * as events from "../../../src/client/taskEvents.ts";

test.each([
  [0, "0s"],
  [1_203_127_555, "1.203127555s"],
  [8_261_778_250, "8.26177825s"],
  [1_186_869_800, "1.1868698s"],
  [60_000_000_000, "1m0s"],
  [1_800_000_000_000, "30m0s"],
  [86_400_000_000_000, "24h0m0s"],
  [250_000_000, "250ms"],
  [1_500, "1.5µs"],
  [999, "999ns"],
  [-2_000_000_000, "-2s"],
])("%d ns is %s", (ns, text) => {
  expect(formatGoDuration(ns)).toBe(text);
});

test.each([
  [events.terminated({ exitCode: 0, signal: 0, message: undefined }), "Exit Code: 0"],
  [events.terminated({ exitCode: 137, signal: 9, message: undefined }), "Exit Code: 137, Signal: 9"],
  [
    events.terminated({ exitCode: -1, signal: 0, message: 'say "EOF"' }),
    'Exit Code: -1, Exit Message: "say \\"EOF\\""',
  ],
  [events.killing(30_000), "Sent interrupt. Waiting 30s before force killing"],
  [events.restarting(1_203_127_555, events.WITHIN_POLICY), "Task restarting in 1.203127555s"],
  [events.restarting(0, ""), "Task restarting in 0s"],
  [
    events.restarting(8_261_778_250, "Exceeded allowed attempts, applying a delay"),
    "Exceeded allowed attempts, applying a delay - Task restarting in 8.26177825s",
  ],
  [events.siblingFailed("a"), `Task's sibling "a" failed`],
  [events.waitingForShutdownDelay(2_000), "Waiting for shutdown_delay of 2s before killing the task."],
])("%o", (event, display) => {
  expect(event.display).toBe(display);
});
