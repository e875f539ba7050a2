// Timestamps as YAML 1.1 writes them, turned into RFC 3339 text.

const CLOCK = String.raw`(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?`;
/** A date; a date, `T` and a time with its zone; or a date, spaces and a time without one. */
const TIMESTAMP = new RegExp(String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]${CLOCK}(Z|[-+]\d\d:\d\d)| +${CLOCK})?$`);
/** Offsets of zones reach that far, both numbers included. */
const MAX_ZONE_HOURS = 24;
const MAX_ZONE_MINUTES = 60;

/** The timestamp in RFC 3339 without its fraction, in UTC when it names no zone; `undefined` for other texts. */
export function yamlTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const two = (digits = "0"): string => digits.padStart(2, "0");
  const date = `${match[1]!}-${two(match[2])}-${two(match[3])}`;
  const [hour, minute, second] = [match[4] ?? match[8], match[5] ?? match[9], match[6] ?? match[10]];
  const moment = new Date(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date);
  if (!exists || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  const zone = zoneText(match[7] ?? "Z");
  return zone === undefined ? undefined : `${date}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

/** A zone as it is printed: 60 minutes are an hour, and no offset is `Z`. */
function zoneText(zone: string): string | undefined {
  if (zone === "Z") return zone;
  const [hours, minutes] = zone.slice(1).split(":").map(Number) as [number, number];
  if (hours > MAX_ZONE_HOURS || minutes > MAX_ZONE_MINUTES) return undefined;
  const offset = hours * 60 + minutes;
  const two = (value: number): string => String(value).padStart(2, "0");
  return offset === 0 ? "Z" : `${zone.charAt(0)}${two(Math.floor(offset / 60))}:${two(offset % 60)}`;
}
