export type TimeLanguage = "es" | "en";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The calendar day of a moment in a zone, as `2025-03-14`. */
export function dayOf(moment: string | number, zone: string | undefined): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date(moment));
}

/** The time of day as officers write it: `07:21`. */
export function clock(moment: string | number, zone: string | undefined): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(
    new Date(moment),
  );
}

/** A day in words: `14 mar` this year, with the year otherwise. */
export function dayInWords(
  moment: string | number,
  zone: string | undefined,
  language: TimeLanguage,
  now: number,
): string {
  const thisYear = dayOf(moment, zone).slice(0, 4) === dayOf(now, zone).slice(0, 4);
  return new Intl.DateTimeFormat(language, {
    timeZone: zone,
    day: "numeric",
    month: "short",
    ...(thisYear ? {} : { year: "numeric" }),
  }).format(new Date(moment));
}

/** Whole days between the calendar day of `moment` and that of `now`: 0 today, 1 yesterday. */
export function daysAgo(moment: string | number, zone: string | undefined, now: number): number {
  const from = Date.parse(dayOf(moment, zone));
  const to = Date.parse(dayOf(now, zone));
  return Math.round((to - from) / DAY_MS);
}

/** How long ago in the largest fitting unit: `hace 2 h`. Under a minute there is no number: null. */
export function ago(moment: string | number, language: TimeLanguage, now: number): string | null {
  const passed = Math.max(0, now - new Date(moment).getTime());
  if (passed < MINUTE_MS) return null;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });
  if (passed < HOUR_MS) return words.format(-Math.floor(passed / MINUTE_MS), "minute");
  if (passed < DAY_MS) return words.format(-Math.floor(passed / HOUR_MS), "hour");
  return words.format(-Math.floor(passed / DAY_MS), "day");
}

/** A day for paper, which outlives today: "24 nov 2026". */
export function dayOnPaper(at: string, zone: string | undefined, language: TimeLanguage): string {
  return new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: zone,
  }).format(new Date(at));
}

/** A moment for paper: "24 nov 2026, 18:04". */
export function momentOnPaper(at: string, zone: string | undefined, language: TimeLanguage): string {
  return `${dayOnPaper(at, zone, language)}, ${clock(at, zone)}`;
}
