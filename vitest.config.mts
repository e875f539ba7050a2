import { defineConfig } from "vitest/config";

/**
 * Suites with real QEMU or a real VS Code run after the others and file by file: this is made for two cores, and a loaded
 * machine makes timings lie.
 */
const slow = (order: number) => ({
  pool: "forks" as const,
  maxWorkers: 1,
  sequence: { groupOrder: order },
  testTimeout: 60_000,
  hookTimeout: 120_000,
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "golden", include: ["test/golden/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "differential", include: ["test/differential/**/*.test.ts"], testTimeout: 240_000 } },
      { test: { name: "language", include: ["test/language/**/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "qemu", include: ["test/qemu/**/*.test.ts"], ...slow(1) } },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], ...slow(2) } },
      // A browser drives these through a real workbench.
      { test: { name: "editor", include: ["test/editor/**/*.test.ts"], ...slow(3), testTimeout: 180_000 } },
    ],
  },
});
