// Date functions: formatdate and timeadd, over RFC 3339 timestamps.
import { ok } from "../../base/result.ts";
import { shown } from "../convert.ts";
import { STRING, string } from "../value.ts";
import { argumentError, callError, type EagerFunction, type FunctionResult } from "./definition.ts";
import { parseDuration } from "./goDurationText.ts";
import { parameter, textOf } from "./support.ts";

/** A moment as it was written: wall clock time in its own zone. */
interface Timestamp {
  /** The wall clock read as if it were UTC. */
  readonly wall: Date;
  /** Nanoseconds within the second. */
  readonly nanoseconds: bigint;
  readonly offsetMinutes: number;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** A strict RFC 3339 timestamp, or why it is not one. */
function parseTimestamp(text: string): Timestamp | string {
  const match = RFC3339.exec(text);
  if (!match) return `${shown(text)} is not an RFC 3339 timestamp such as 2006-01-02T15:04:05Z`;
  const field = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(field) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second);
  const inRange = hour < 24 && minute < 60 && second < 60 && field(9) < 24 && field(10) < 60;
  if (!inRange || wall.getUTCMonth() !== month - 1 || wall.getUTCDate() !== day) {
    return `${shown(text)} is not a moment in time: a part of it is out of range`;
  }
  const offset = (field(9) * 60 + field(10)) * (match[8] === "-" ? -1 : 1);
  return { wall, nanoseconds: BigInt((match[7] ?? "").slice(0, 9).padEnd(9, "0")), offsetMinutes: offset };
}

const two = (value: number): string => String(value).padStart(2, "0");

function offsetText(offsetMinutes: number, separator: string): string {
  const size = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}

const MONTHS = "January February March April May June July August September October November December";
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";

const nameOf = (names: string, index: number): string => names.split(" ")[index] ?? "";

/** What a run of one letter stands for; undefined where it stands for nothing. */
function partOf(run: string, { wall, offsetMinutes }: Timestamp): string | undefined {
  switch (run) {
    case "YY":
      return two(wall.getUTCFullYear() % 100);
    case "YYYY":
      return String(wall.getUTCFullYear()).padStart(4, "0");
    case "M":
      return String(wall.getUTCMonth() + 1);
    case "MM":
      return two(wall.getUTCMonth() + 1);
    case "MMM":
      return nameOf(MONTHS, wall.getUTCMonth()).slice(0, 3);
    case "MMMM":
      return nameOf(MONTHS, wall.getUTCMonth());
    case "D":
      return String(wall.getUTCDate());
    case "DD":
      return two(wall.getUTCDate());
    case "EEE":
      return nameOf(DAYS, wall.getUTCDay()).slice(0, 3);
    case "EEEE":
      return nameOf(DAYS, wall.getUTCDay());
    case "h":
      return String(wall.getUTCHours());
    case "hh":
      return two(wall.getUTCHours());
    case "H":
      return String(wall.getUTCHours() % 12 || 12);
    case "HH":
      return two(wall.getUTCHours() % 12 || 12);
    case "AA":
      return wall.getUTCHours() < 12 ? "AM" : "PM";
    case "aa":
      return wall.getUTCHours() < 12 ? "am" : "pm";
    case "m":
      return String(wall.getUTCMinutes());
    case "mm":
      return two(wall.getUTCMinutes());
    case "s":
      return String(wall.getUTCSeconds());
    case "ss":
      return two(wall.getUTCSeconds());
    case "Z":
      return offsetMinutes === 0 ? "Z" : offsetText(offsetMinutes, ":");
    case "ZZZ":
      return offsetMinutes === 0 ? "UTC" : offsetText(offsetMinutes, "");
    case "ZZZZ":
      return offsetText(offsetMinutes, "");
    case "ZZZZZ":
      return offsetText(offsetMinutes, ":");
    default:
      return undefined;
  }
}

// A quoted literal, a run of one letter, or text that stands for itself.
const TOKEN = /'(?:[^']|'')*'(?!')|'(?:[^']|'')*|([A-Za-z])\1*|[^'A-Za-z]+/gy;

function formatTimestamp(format: string, time: Timestamp): FunctionResult<string> {
  let text = "";
  for (const [token, letter] of format.matchAll(TOKEN)) {
    if (token.startsWith("'")) {
      if (token.length === 1 || !token.endsWith("'")) return argumentError(0, "a quote in the format does not end");
      text += token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'");
    } else if (letter === undefined) text += token;
    else {
      const part = partOf(token, time);
      if (part === undefined) {
        return argumentError(
          0,
          `"${token}" is not a part of a date; put text that is meant literally in single quotes`,
        );
      }
      text += part;
    }
  }
  return ok(text);
}

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

/** The moment later by a duration, in the same zone, without its fraction. */
function addDuration(time: Timestamp, nanoseconds: bigint): string {
  const total = BigInt(time.wall.getTime()) * NS_PER_MS + time.nanoseconds + nanoseconds;
  const seconds = (total - (((total % NS_PER_S) + NS_PER_S) % NS_PER_S)) / NS_PER_S;
  const wall = new Date(Number(seconds) * 1_000);
  const date = `${String(wall.getUTCFullYear()).padStart(4, "0")}-${two(wall.getUTCMonth() + 1)}-${two(wall.getUTCDate())}`;
  const clock = `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}:${two(wall.getUTCSeconds())}`;
  return `${date}T${clock}${time.offsetMinutes === 0 ? "Z" : offsetText(time.offsetMinutes, ":")}`;
}

const dates = { kind: "eager", category: "date", returnType: STRING } as const;

export const dateFunctions = (): readonly EagerFunction[] => [
  {
    ...dates,
    name: "formatdate",
    description: "Writes a timestamp in a format: `formatdate(\"YYYY-MM-DD'T'hh:mm\", ts)`. Its zone stays as it is.",
    parameters: [
      parameter(
        "format",
        STRING,
        "Y year, M month, D day, E weekday, h hour, m minute, s second, Z zone; 'text' as it is.",
      ),
      parameter("time", STRING, "An RFC 3339 timestamp."),
    ],
    implementation: ([format, timestamp]) => {
      const time = parseTimestamp(textOf(timestamp));
      if (typeof time === "string") return argumentError(1, time);
      const text = formatTimestamp(textOf(format), time);
      return text.ok ? ok(string(text.value)) : text;
    },
  },
  {
    ...dates,
    name: "timeadd",
    description: 'A timestamp moved by a duration such as "90s", "1h30m" or "-36h".',
    parameters: [
      parameter("timestamp", STRING, "An RFC 3339 timestamp."),
      parameter("duration", STRING, "Numbers with units ns, us, ms, s, m, h."),
    ],
    implementation: ([timestamp, duration]) => {
      const time = parseTimestamp(textOf(timestamp));
      if (typeof time === "string") return callError(time);
      const nanoseconds = parseDuration(textOf(duration));
      return nanoseconds === undefined
        ? callError(`${shown(textOf(duration))} is not a duration such as 90s or 1h30m`)
        : ok(string(addDuration(time, nanoseconds)));
    },
  },
];
