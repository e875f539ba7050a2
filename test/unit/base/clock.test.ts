// The clock of the system: long sleeps are long, and an abort ends any.
import { expect, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";

test("a sleep longer than a timer can count does not end at once", async () => {
  vi.useFakeTimers();
  try {
    const month = 31 * 24 * 3_600_000;
    let awake = false;
    const sleeping = systemClock.sleep(month).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(month - 1);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("an abort ends a sleep with its reason, before and during", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort(new Error("enough"));
  await expect(sleeping).rejects.toThrow("enough");
  await expect(systemClock.sleep(0, controller.signal)).rejects.toThrow("enough");
});
