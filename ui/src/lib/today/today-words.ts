import type { LeftOutReason, MissingTeam, Today } from "$lib/backend/bindings";
import { countInWords, peopleInWords } from "$lib/records/row-words";
import { daysInWords, momentOnPaper, weekdayInWords } from "$lib/shared/time";
import { t, texts } from "$lib/text/text.svelte";

/** Whether the table is of a day that is over: nobody is out in it, something may still be on its way. */
export function isPast({ day, today }: Pick<Today, "day" | "today">): boolean {
  return day < today;
}

/** The day that a table is of, or the first and the last of its days. `near`: another day, whose year need not be said. */
export function spanInWords(
  { from, day, days }: Pick<Today, "from" | "day" | "days">,
  near: string | null,
): string {
  return days > 1 ? daysInWords(from, day, texts.language, near) : weekdayInWords(day, texts.language, near);
}

/** The one sentence: "612 personas en 74 encuentros · faltan 2 de 6 equipos". */
export function todaySentence(today: Today): string {
  const { people, encounters, teams_expected: expected, teams_missing, teams_as_of } = today;
  const sentence = t("today.sentence", {
    people: peopleInWords(people),
    encounters,
    only: today.only_reviewed ? "reviewed" : "all",
  });
  if (teams_as_of === null) return `${sentence} · ${t("today.teams_unknown")}`;
  if (expected === 0) return sentence;
  const missing = { missing: teams_missing.length, expected };
  return `${sentence} · ${t(isPast(today) ? "today.missing.day" : "today.missing", missing)}`;
}

/** What an empty table says, and with it the next act. */
export function emptySentence(today: Today): string {
  const isLeftOut = today.left_out.some(({ count }) => count > 0);
  const { days } = today;
  if (today.only_reviewed && isLeftOut) return t("today.empty.reviewed", { days });
  if (!isPast(today) && days === 1) return t("today.empty");
  return t(today.teams_missing.length > 0 ? "today.empty.day_missing" : "today.empty.day", { days });
}

/** Why a team is missing: "en patrulla BCH-0814-2"; of a day that is over, "patrulla BCH-0814-2 sin volver". */
export function whyMissing(
  { why, patrol_code, last_contact_at }: MissingTeam,
  past: boolean,
  zone: string | undefined,
): string {
  const since = last_contact_at ? momentOnPaper(last_contact_at, zone, texts.language) : "";
  return t("day.missing_why", { why, past: past ? "yes" : "no", patrol: patrol_code ?? "", since });
}

/** Who is missing and why, each by name, or null. */
export function missingSentence(today: Today, zone: string | undefined): string | null {
  if (today.teams_missing.length === 0) return null;
  const past = isPast(today);
  const names = today.teams_missing
    .map((team) => t("day.missing_team", { name: team.name, why: whyMissing(team, past, zone) }))
    .join(", ");
  return past ? t("day.missing.past", { names, days: today.days }) : t("day.missing", { names });
}

/** From when on this device knows what the post has, where the days begin before that, or null. */
export function receivedFromSentence({ received_from }: Today, zone: string | undefined): string | null {
  if (received_from === null) return null;
  return t("today.received_from", { moment: momentOnPaper(received_from, zone, texts.language) });
}

/** What the figures hold that nobody else has yet, or null. */
export function unreceivedSentence({ unreceived }: Today): string | null {
  return unreceived > 0 ? t("today.unreceived", { count: unreceived }) : null;
}

/** How many of the counted have a time that nobody could check, or null. */
export function clockDoubtSentence({ clock_doubt }: Today): string | null {
  return clock_doubt > 0 ? t("today.clock_doubt", { count: clock_doubt }) : null;
}

/** How many of the counted may be of another day, because two times wait for a choice, or null. */
export function otherDaySentence({ undecided_day, days }: Today): string | null {
  return undecided_day > 0 ? t("today.other_day", { count: undecided_day, days }) : null;
}

/** How many are counted as they were approved while a change waits for approval, or null. */
export function asApprovedSentence({ as_approved }: Today): string | null {
  return as_approved > 0 ? t("today.as_approved", { count: as_approved }) : null;
}

/** What the figures leave out, by reason. */
export function leftOutParts({ left_out }: Today): { reason: LeftOutReason; text: string }[] {
  return left_out
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => ({ reason, text: t(`today.left_out.${reason}`, { count }) }));
}

/** What the figures leave out and why, or null. */
export function leftOutSentence(today: Today): string | null {
  const parts = leftOutParts(today).map(({ text }) => text);
  return parts.length > 0 ? t("today.left_out", { parts: parts.join(", ") }) : null;
}

/** What a range among the figures means, or null where there is none. */
export function rangeSentence({ table, totals, attentions }: Today): string | null {
  const counts = [totals, ...table].flatMap((row) => [...CELLS.map((cell) => row[cell]), row.total]);
  const isRange = [...counts, ...attentions.map(({ people }) => people)].some(({ min, max }) => min !== max);
  return isRange ? t("today.range") : null;
}

/** The name of a category of attentions; one that this build does not know is shown as its code. */
export function categoryInWords(category: string): string {
  const key = `category.${category}`;
  return texts.has(key) ? t(key) : category;
}

export const CELLS = ["men", "women", "boys", "girls", "unknown"] as const;
export type Cell = (typeof CELLS)[number];

export const CELL_WHO = {
  men: "man",
  women: "woman",
  boys: "boy",
  girls: "girl",
  unknown: "unknown",
} as const;

/** The table as lines of tab-separated cells, for pasting into a spreadsheet. */
export function tableAsText(today: Today, nameOf: (nationality: string) => string): string {
  const head = [
    t("detail.nationality"),
    ...CELLS.map((cell) => t(`who.${CELL_WHO[cell]}`)),
    t("detail.total"),
  ];
  const lines = [...today.table, { ...today.totals, nationality: "" }].map((row) => [
    row.nationality === "" ? t("detail.total") : nameOf(row.nationality),
    ...CELLS.map((cell) => countInWords(row[cell])),
    countInWords(row.total),
  ]);
  return [head, ...lines].map((cells) => cells.join("\t")).join("\n");
}

/** A day for other programs and other people: what it is of, the table, attentions, who is missing, the notes. */
export function dayAsText(
  today: Today,
  {
    head,
    notes,
    zone,
    nameOf,
  }: {
    head: string;
    notes: string[];
    zone: string | undefined;
    nameOf: (nationality: string) => string;
  },
): string {
  const attentions = today.attentions.map(
    ({ category, people }) => `${categoryInWords(category)}\t${countInWords(people)}`,
  );
  return [
    head,
    todaySentence(today),
    tableAsText(today, nameOf),
    ...(attentions.length > 0 ? [t("today.attentions"), ...attentions] : []),
    missingSentence(today, zone),
    ...notes,
  ]
    .filter((line) => line !== null)
    .join("\n");
}
