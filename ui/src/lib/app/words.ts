import type { CodeItem, Lists } from "$lib/backend/bindings";
import { ago, clock, dayInWords, daysAgo } from "$lib/shared/time";
import { t, texts } from "$lib/text/text.svelte";

/** The label of a code in the current language; a code that this build does not know is shown as it is. */
export function labelOf(list: CodeItem[] | undefined, code: string): string {
  const item = list?.find((entry) => entry.code === code);
  return item ? item[texts.language] : code;
}

/** The row of people of whom only the total of the group is known, in the tables of the shell. */
const TOTAL_ONLY = "total_only";

/** The name of a nationality; "sin dato" for XXX. */
export function countryName(lists: Lists | null, alpha3: string): string {
  if (alpha3 === TOTAL_ONLY) return t("form.total");
  if (alpha3 === "XXX") return t("nationality.unknown");
  const country = lists?.countries.find((entry) => entry.alpha3 === alpha3);
  return country ? country[texts.language] : alpha3;
}

/** The short form of a nationality in sentences. */
export function countryShort(alpha3: string): string {
  return alpha3 === "XXX" ? t("nationality.unknown_short") : alpha3;
}

/** The short form of a nationality on a key, three letters wide. */
export function countryOnKey(alpha3: string): string {
  return alpha3 === "XXX" ? t("nationality.unknown_key") : alpha3;
}

/** A moment as officers say it: "07:21, hoy". */
export function momentInWords(moment: string, zone: string | undefined, now: number): string {
  const time = clock(moment, zone);
  const days = daysAgo(moment, zone, now);
  if (days === 0) return t("time.today", { time });
  if (days === 1) return t("time.yesterday", { time });
  return t("time.day", { time, day: dayInWords(moment, zone, texts.language, now) });
}

/** A moment whose day is said only if it is not today: "07:21", "07:21, ayer". */
export function timeInWords(moment: string, zone: string | undefined, now: number): string {
  return daysAgo(moment, zone, now) === 0 ? clock(moment, zone) : momentInWords(moment, zone, now);
}

/** Two clocks that agree are apart by no more than this, in milliseconds. */
const CLOCK_DOUBT_MS = 300_000;

/** How long ago: "hace 2 h", "ahora"; of a moment ahead of this clock when, and that this clock is in doubt. */
export function agoInWords(moment: string, zone: string | undefined, now: number): string {
  if (Date.parse(moment) - now > CLOCK_DOUBT_MS)
    return t("time.ahead", { moment: momentInWords(moment, zone, now) });
  return ago(moment, texts.language, now) ?? t("time.just_now");
}
