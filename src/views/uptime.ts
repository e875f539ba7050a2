// Coarse times for rows of a tree: they change rarely, so the rows do too.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Coarse {
  /** `< 1 min`, `5 min`, `3 h`, `2 days` */
  readonly text: string;
  /** Milliseconds until the text changes. */
  readonly changesInMs: number;
}

/** Describes a duration of `ms` milliseconds; a negative one (a clock that was set back) counts as nothing. */
export function coarseDuration(ms: number): Coarse {
  const elapsed = Math.max(0, ms);
  if (elapsed < MINUTE_MS) return { text: "< 1 min", changesInMs: MINUTE_MS - elapsed };
  const [unit, name] =
    elapsed < HOUR_MS
      ? ([MINUTE_MS, "min"] as const)
      : elapsed < 2 * DAY_MS
        ? ([HOUR_MS, "h"] as const)
        : ([DAY_MS, "days"] as const);
  return { text: `${Math.floor(elapsed / unit)} ${name}`, changesInMs: unit - (elapsed % unit) };
}
