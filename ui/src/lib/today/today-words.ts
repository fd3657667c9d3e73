import type { MissingTeam, Today } from "$lib/backend/bindings";
import { countInWords, peopleInWords } from "$lib/records/row-words";
import { t, texts } from "$lib/text/text.svelte";

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
  return `${sentence} · ${t("today.missing", { missing: teams_missing.length, expected })}`;
}

/** What an empty table says, and with it the next act. */
export function emptySentence({ only_reviewed, left_out, day, today }: Today): string {
  const isLeftOut = left_out.some(({ count }) => count > 0);
  if (only_reviewed && isLeftOut) return t("today.empty.reviewed");
  return day === today ? t("today.empty") : t("today.empty.day");
}

/** Who is missing and why: "Cabo 17 (en recorrido BCH-0814-2)". */
export function missingTeamInWords({ name, why, patrol_code }: MissingTeam): string {
  return t("day.missing_team", { name, why, patrol: patrol_code ?? "" });
}

/** What the figures hold that nobody else has yet, or null. */
export function unreceivedSentence({ unreceived }: Today): string | null {
  return unreceived > 0 ? t("today.unreceived", { count: unreceived }) : null;
}

/** What the figures leave out and why, or null. */
export function leftOutSentence({ left_out }: Today): string | null {
  const parts = left_out
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => t(`today.left_out.${reason}`, { count }));
  return parts.length > 0 ? t("today.left_out", { parts: parts.join(", ") }) : null;
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
