// Durations as text, in Go's form: `1h30m`, `-1.5s`, `0`.

const NS_PER_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const PART = /(?:(\d+)(?:\.(\d*))?|\.(\d+))(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
const INT64_MAX = 2n ** 63n - 1n;

/** The duration in nanoseconds, as Go's time.ParseDuration reads it; `undefined` when it is none or overflows. */
export function parseDuration(text: string): bigint | undefined {
  const size = text.replace(/^[+-]/, "");
  const negative = text.startsWith("-");
  if (size === "0") return 0n;
  if (size === "") return undefined;
  let total = 0n;
  for (let at = 0; at < size.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const match = PART.exec(size);
    if (!match) return undefined;
    const unit = NS_PER_UNIT[match[4] ?? ""] ?? 0n;
    const fraction = (match[2] ?? match[3] ?? "").slice(0, 30);
    total += BigInt(match[1] ?? 0) * unit;
    if (fraction !== "") total += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
    if (total > INT64_MAX + (negative ? 1n : 0n)) return undefined;
  }
  return negative ? -total : total;
}
