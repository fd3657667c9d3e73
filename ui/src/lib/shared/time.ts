export type TimeLanguage = "es" | "en";

/** English dates go from the day to the year, as the Spanish ones do: no 3 April is read as 4 March. */
const LOCALES = { es: "es", en: "en-GB" } as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The calendar day of a moment in a zone, as `2025-03-14`. */
export function dayOf(moment: string | number, zone: string | undefined): string {
  // Put together from its parts: how a language writes a whole day differs between browsers.
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(new Date(moment));
  const part = (name: "year" | "month" | "day") => parts.find(({ type }) => type === name)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
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
  return new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: zone,
    day: "numeric",
    month: "short",
    ...(thisYear ? {} : { year: "numeric" }),
  }).format(new Date(moment));
}

/**
 * A calendar day, `2026-11-23`, as people write it: `lunes 23 nov`. The year is left out if it is that of `near`,
 * another calendar day; without one it is always there, as on paper, which outlives today.
 */
export function weekdayInWords(day: string, language: TimeLanguage, near: string | null): string {
  const words = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: "UTC",
    weekday: "long",
    day: "numeric",
    month: "short",
    ...(near?.slice(0, 4) === day.slice(0, 4) ? {} : { year: "numeric" }),
  });
  // Without commas and prepositions.
  const parts = words.formatToParts(new Date(`${day}T12:00:00Z`)).filter(({ type }) => type !== "literal");
  return parts.map(({ value }) => value).join(" ");
}

/**
 * Calendar days from one to another, as people write them: `17–23 nov`. The year is left out as in
 * {@link weekdayInWords}.
 */
export function daysInWords(from: string, to: string, language: TimeLanguage, near: string | null): string {
  const isNear = [from, to].every((day) => near?.slice(0, 4) === day.slice(0, 4));
  const words = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    ...(isNear ? {} : { year: "numeric" }),
  });
  return words.formatRange(new Date(`${from}T12:00:00Z`), new Date(`${to}T12:00:00Z`));
}

/** The calendar day so many days later: `2026-11-23` and -1 give `2026-11-22`. */
export function dayBeside(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
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
  const words = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "always", style: "short" });
  if (passed < HOUR_MS) return words.format(-Math.floor(passed / MINUTE_MS), "minute");
  if (passed < DAY_MS) return words.format(-Math.floor(passed / HOUR_MS), "hour");
  return words.format(-Math.floor(passed / DAY_MS), "day");
}

/** A day for paper, which outlives today: "24 nov 2026". */
export function dayOnPaper(at: string, zone: string | undefined, language: TimeLanguage): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
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
