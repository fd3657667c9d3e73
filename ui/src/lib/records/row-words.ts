import type { Count, Row } from "$lib/backend/bindings";
import { countryShort } from "$lib/app/words";
import { t } from "$lib/text/text.svelte";

/** A count for a cell: a range where two values wait for a choice, never a chosen number. */
export function countInWords({ min, max }: Count): string {
  return min === max ? String(min) : `${min}–${max}`;
}

/** People in words: "6 personas", "48–49 personas". */
export function peopleInWords(count: Count): string {
  return count.min === count.max ? t("people.count", { count: count.min }) : t("people.range", { ...count });
}

/** The sentence of a record in lists: "11: 4 H, 3 M, 2 niños, 2 niñas · HTI, VEN". */
export function rowSentence(row: Row): string {
  const shown = (count: Count, one: (count: number) => string) => {
    if (count.max === 0) return null;
    return count.min === count.max
      ? one(count.min)
      : one(count.max).replace(String(count.max), countInWords(count));
  };
  const parts = [
    shown(row.men, (count) => t("form.sentence.men", { count })),
    shown(row.women, (count) => t("form.sentence.women", { count })),
    shown(row.boys, (count) => t("form.sentence.boys", { count })),
    shown(row.girls, (count) => t("form.sentence.girls", { count })),
    shown(row.unknown, (count) => t("form.sentence.unknown", { count })),
  ].filter((part): part is string => part !== null);
  if (parts.length === 0) return peopleInWords(row.people);
  return t("form.sentence.group", {
    people: t("form.sentence.people", { total: countInWords(row.people), parts: parts.join(", ") }),
    nationalities: row.nationalities.map(({ code }) => countryShort(code)).join(", "),
  });
}

/** What follows from voiding a record, and whether there is a way back: only from voiding one's own. */
export function voidHint({ author_is_me }: Row): string {
  return t(author_is_me ? "detail.void.hint" : "detail.void.hint_for_good");
}
