// Go's duration text: what "1h30m" means. Nomad: time.ParseDuration.

const UNIT_NS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n], // U+00B5
  ["μs", 1_000n], // U+03BC
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** Go's time.Duration is a signed 64-bit count of nanoseconds. */
const LONGEST_NS = 2n ** 63n - 1n;

const PART = /(\d*)(?:\.(\d*))?([^\d.]*)/y;

/**
 * Nanoseconds of a duration such as `1h30m`, `-1.5s`, `100ms` or `0`, exactly as Go reads them.
 * @returns undefined when Go refuses the text: no unit, an unknown unit (`d`, `w`), spaces, or more than 2^63-1 ns
 */
export function parseDuration(text: string): bigint | undefined {
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  const negative = text.startsWith("-");
  if (unsigned === "0") return 0n;
  if (unsigned === "") return undefined;
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < unsigned.length) {
    const part = PART.exec(unsigned);
    const [, whole = "", fraction = "", name = ""] = part ?? [];
    if ((whole === "" && fraction === "") || whole.length > 19) return undefined;
    const unit = UNIT_NS.get(name);
    if (unit === undefined) return undefined;
    total += BigInt(whole === "" ? "0" : whole) * unit + fractionOf(fraction, unit);
    if (total > LONGEST_NS + (negative ? 1n : 0n)) return undefined;
  }
  return negative ? -total : total;
}

/** The part below one unit; digits that Go cannot hold (more than 18) do not change the result by a nanosecond. */
function fractionOf(digits: string, unit: bigint): bigint {
  const kept = digits.slice(0, 18);
  return kept === "" ? 0n : (BigInt(kept) * unit) / 10n ** BigInt(kept.length);
}
