// The closing lines of a test run: why each skipped test was skipped, then the count in one line.
import type { Reporter, TestModule, TestRunEndReason } from "vitest/node";
import type { SerializedError } from "vitest";

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests++;
        const result = test.result();
        if (result.state === "passed") counts.passed++;
        else if (result.state === "failed") counts.failed++;
        else {
          counts.skipped++;
          const note = (result.state === "skipped" ? result.note : undefined) ?? "no reason given";
          reasons.set(note, (reasons.get(note) ?? 0) + 1);
        }
      }
      // A file that could not be loaded holds no test, and is a failure all the same.
      if (module.state() === "failed" && tests === 0) counts.failed++;
    }
    if (reason !== "passed" && counts.failed === 0) counts.failed = Math.max(1, errors.length);
    for (const [note, number] of [...reasons].sort()) console.log(`skipped (${number}): ${note}`);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
