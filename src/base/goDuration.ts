// Durations as Go prints them, because Nomad's event texts contain them: 5s, 1m0s, 1.203127555s, 0s.

const NS_PER_S = 1_000_000_000;

/** Formats a duration in nanoseconds like Go's time.Duration.String. */
export function formatGoDuration(nanoseconds: number): string {
  const ns = Math.round(Math.abs(nanoseconds));
  const sign = nanoseconds < 0 && ns !== 0 ? "-" : "";
  if (ns === 0) return "0s";
  if (ns < 1_000) return `${sign}${ns}ns`;
  if (ns < 1_000_000) return `${sign}${decimal(ns, 1_000)}µs`;
  if (ns < NS_PER_S) return `${sign}${decimal(ns, 1_000_000)}ms`;
  const hours = Math.floor(ns / (3_600 * NS_PER_S));
  const minutes = Math.floor(ns / (60 * NS_PER_S)) % 60;
  const seconds = `${decimal(ns % (60 * NS_PER_S), NS_PER_S)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

/** `value / unit` without trailing zeros and without floating point noise. */
function decimal(value: number, unit: number): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  const whole = Math.floor(value / unit);
  return fraction === "" ? String(whole) : `${whole}.${fraction}`;
}
