import { defineConfig } from "vitest/config";

/** Slow suites (real QEMU, real VS Code) run file by file: two cores, and a loaded machine makes timings lie. */
const slow = { pool: "forks", fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 10_000 } },
      { test: { name: "golden", include: ["test/golden/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "differential", include: ["test/differential/**/*.test.ts"], testTimeout: 240_000 } },
      { test: { name: "language", include: ["test/language/**/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "qemu", include: ["test/qemu/**/*.test.ts"], ...slow } },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], ...slow } },
      { test: { name: "editor", include: ["test/editor/**/*.test.ts"], ...slow, testTimeout: 180_000 } },
    ],
  },
});
