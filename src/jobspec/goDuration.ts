// Durations as Go prints them: 1h0m0s, 1.5s, 500ms, 0s.

const SECOND = 1_000_000_000;

/** time.Duration.String() of a count of nanoseconds. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const sign = nanoseconds < 0 ? "-" : "";
  const total = Math.abs(nanoseconds);
  if (total < 1_000) return `${sign}${total}ns`;
  if (total < 1_000_000) return `${sign}${decimal(total, 1_000)}µs`;
  if (total < SECOND) return `${sign}${decimal(total, 1_000_000)}ms`;
  const whole = Math.floor(total / SECOND);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const seconds = `${decimal(total - (whole - (whole % 60)) * SECOND, SECOND)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

/** A quotient without trailing zeros, exact to the nanosecond. */
function decimal(value: number, unit: number): string {
  const whole = Math.floor(value / unit);
  const fraction = String(value % unit)
    .padStart(String(unit).length - 1, "0")
    .replace(/0+$/, "");
  return fraction === "" ? String(whole) : `${whole}.${fraction}`;
}
