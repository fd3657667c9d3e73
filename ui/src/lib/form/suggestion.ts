import type { Backend } from "$lib/backend/backend";
import type { Capture, Row, RowFilter } from "$lib/backend/bindings";
import { nationalityTotal } from "./composition";
import type { Suggestion } from "./form.svelte";

/** Nationalities offered before the phone has records of its own, by how often they were met. */
const USUAL = ["VEN", "HTI", "ECU", "COL", "CHN", "CUB"];
const CHIPS = 6;
/** How many of the last records decide which nationalities have a key. */
const LOOK_BACK = 60;

export const EVERYTHING: RowFilter = {
  patrol_id: null,
  day: null,
  days: 1,
  state: "all",
  nationality: null,
  cell: null,
  counted: null,
  text: null,
  offset: 0,
  limit: LOOK_BACK,
};

/** The six nationalities with a key of their own: the most frequent ones of the last records, then the usual ones. */
export function frequentNationalities(rows: Row[]): string[] {
  const met = new Map<string, number>();
  for (const { nationalities } of rows) {
    for (const { code } of nationalities) if (code !== "XXX") met.set(code, (met.get(code) ?? 0) + 1);
  }
  const byCount = [...met.entries()].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const frequent = [...new Set([...byCount.map(([code]) => code).slice(0, CHIPS), ...USUAL])].slice(0, CHIPS);
  // Usual ones keep their usual order, so that keys stay where the thumb knows them.
  const place = (code: string) => (USUAL.includes(code) ? USUAL.indexOf(code) : USUAL.length);
  return frequent.sort((a, b) => place(a) - place(b));
}

/** What the last record suggests for the next one. Never a need. */
export function suggestionFrom(last: Capture | null, frequent: string[]): Suggestion {
  const met = last?.composition ?? {};
  const lastMet = Object.keys(met).findLast((code) => nationalityTotal(met, code) > 0);
  const nationality = lastMet ?? (last ? frequent[0] : null);
  const given = Object.keys(last?.assistance ?? {});
  return {
    nationality: nationality ?? null,
    assistance: given.length > 0 ? Object.fromEntries(given.map((code) => [code, "all" as const])) : null,
  };
}

/** The keys that a session of the form starts with. Failing to read them leaves the usual ones. */
export async function readFrequent(backend: Backend): Promise<string[]> {
  try {
    return frequentNationalities((await backend.rows(EVERYTHING)).rows);
  } catch {
    return USUAL;
  }
}
