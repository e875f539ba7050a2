// Shared by the benches: medians of repeated runs, and one way to print a ratio against a named baseline.
import { performance } from "node:perf_hooks";

/** The median in ms of `runs` calls, after `warmUp` calls that are not counted. */
export function medianMs(work: () => void, { runs = 15, warmUp = 5 }: { runs?: number; warmUp?: number } = {}): number {
  for (let i = 0; i < warmUp; i++) work();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** The same for work that is awaited. */
export async function medianMsAsync(
  work: () => Promise<number | undefined>,
  { runs = 9, warmUp = 1 }: { runs?: number; warmUp?: number } = {},
): Promise<number> {
  for (let i = 0; i < warmUp; i++) await work();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    times.push((await work()) ?? performance.now() - start);
  }
  return median(times);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** `what: X ms, baseline: Y ms, ratio Z` with the budget and whether it is met. */
export function report(line: {
  readonly what: string;
  readonly ms: number;
  readonly baseline?: { readonly name: string; readonly ms: number };
  readonly budget?: { readonly text: string; readonly met: boolean };
}): void {
  const number = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
  const parts = [`${line.what}: ${number(line.ms)} ms`];
  if (line.baseline !== undefined) {
    parts.push(
      `${line.baseline.name}: ${number(line.baseline.ms)} ms`,
      `ratio ${(line.ms / line.baseline.ms).toFixed(2)}`,
    );
  }
  if (line.budget !== undefined) parts.push(`budget ${line.budget.text}: ${line.budget.met ? "met" : "MISSED"}`);
  console.log(parts.join("   "));
}
