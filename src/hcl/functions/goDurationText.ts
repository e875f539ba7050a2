// Durations as text, in Go's form: `1h30m`, `-1.5s`, `0`.

function nanosecondsIn(unit: string): bigint | undefined {
  switch (unit) {
    case "ns":
      return 1n;
    case "us":
    case "\u00b5s":
    case "\u03bcs":
      return 1_000n;
    case "ms":
      return 1_000_000n;
    case "s":
      return 1_000_000_000n;
    case "m":
      return 60_000_000_000n;
    case "h":
      return 3_600_000_000_000n;
    default:
      return undefined;
  }
}

const INT64_MAX = 2n ** 63n - 1n;

/** The duration in nanoseconds, as Go's time.ParseDuration reads it; `undefined` when it is none or overflows. */
export function parseDuration(text: string): bigint | undefined {
  const negative = text.startsWith("-");
  let at = negative || text.startsWith("+") ? 1 : 0;
  if (at === text.length) return undefined;
  if (at === text.length - 1 && text.endsWith("0")) return 0n;
  let total = 0n;
  while (at < text.length) {
    const point = endOfDigits(text, at);
    const unitStart = text.charAt(point) === "." ? endOfDigits(text, point + 1) : point;
    const whole = text.slice(at, point);
    const fraction = text.slice(point + 1, unitStart).slice(0, 30);
    at = endOfUnit(text, unitStart);
    const unit = nanosecondsIn(text.slice(unitStart, at));
    if (unit === undefined || (whole === "" && fraction === "")) return undefined;
    total += BigInt(whole) * unit;
    if (fraction !== "") total += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
    if (total > INT64_MAX + (negative ? 1n : 0n)) return undefined;
  }
  return negative ? -total : total;
}

const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;

function endOfDigits(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return at;
  }
  return text.length;
}

/** A unit ends where the next number starts. */
function endOfUnit(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT || (code >= ZERO && code <= NINE)) return at;
  }
  return text.length;
}
