/** A moment for a date-and-time field, in the device's zone: `2025-03-14T07:21`. */
export function toLocalInput(moment: string | null): string {
  if (!moment) return "";
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return "";
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What a date-and-time field holds, as RFC 3339 with the device's offset; null when empty. */
export function fromLocalInput(value: string): string | null {
  if (value === "") return null;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return null;
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return `${value.length === 16 ? `${value}:00` : value}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
}
