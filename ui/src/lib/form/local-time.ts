const MINUTE_MS = 60_000;

/** What the clock of a zone shows at a moment, as if it were UTC, in milliseconds. No zone: the device's own. */
function shownAt(moment: number, zone: string | undefined): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(moment);
  const of = (name: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find(({ type }) => type === name)?.value ?? 0);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
}

/** Minutes by which a zone's clock is ahead of UTC at a moment. */
function offsetAt(moment: number, zone: string | undefined): number {
  return (shownAt(moment, zone) - Math.floor(moment / MINUTE_MS) * MINUTE_MS) / MINUTE_MS;
}

/** A moment for a date-and-time field, by the post's clock: `2025-03-14T07:21`. */
export function toLocalInput(moment: string | null, zone: string | undefined): string {
  const at = moment ? Date.parse(moment) : NaN;
  return Number.isNaN(at) ? "" : new Date(shownAt(at, zone)).toISOString().slice(0, 16);
}

/** What a date-and-time field holds, as RFC 3339 with the offset of the post's clock then; null when empty. */
export function fromLocalInput(value: string, zone: string | undefined): string | null {
  const typed = value.slice(0, 16);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(typed)) return null;
  const asUtc = Date.parse(`${typed}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  // The offset depends on the moment and the moment on the offset; the second look is right but for the hour that a
  // clock jumps over, which nobody's clock showed.
  const near = asUtc - offsetAt(asUtc, zone) * MINUTE_MS;
  const minutes = offsetAt(near, zone);
  const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return `${typed}:00${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
