// Timestamps as YAML 1.1 writes them, turned into RFC 3339 text.

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2}):(\d{2})(\.\d+)?[ \t]*(Z|[-+]\d{1,2}(?::\d{2})?)?)?$/;

/** The timestamp in RFC 3339 with its fraction, in UTC when it names no zone; `undefined` for other texts. */
export function yamlTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const two = (digits = "0"): string => digits.padStart(2, "0");
  const date = `${year ?? ""}-${two(month)}-${two(day)}`;
  const moment = new Date(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date);
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const digits = fraction.slice(0, 10).replace(/\.?0*$/, "");
  return `${date}T${two(hour)}:${minute === "0" ? "00" : minute}:${second === "0" ? "00" : second}${digits}${zoneText(zone)}`;
}

function zoneText(zone: string): string {
  if (zone === "Z") return zone;
  const [hours = "0", minutes = "00"] = zone.slice(1).split(":");
  const text = `${zone.charAt(0)}${hours.padStart(2, "0")}:${minutes}`;
  return /^[-+]00:00$/.test(text) ? "Z" : text;
}
