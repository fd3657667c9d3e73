import type { TwoValues } from "$lib/backend/bindings";
import { momentInWords } from "$lib/app/words";
import { clock, daysAgo } from "$lib/shared/time";
import { t } from "$lib/text/text.svelte";

/** The question without blame: who wrote what and when, and which one stays. */
export function conflictQuestion(field: TwoValues, zone: string | undefined, now: number): string {
  // Of today the hour is enough; of another day it would mislead.
  const time = (at: string) =>
    daysAgo(at, zone, now) === 0 ? clock(at, zone) : momentInWords(at, zone, now);
  const statements = field.values
    .map(({ author, text, at }) => t("conflict.statement", { author, value: text, time: time(at) }))
    .reduce((first, second) => t("conflict.join", { first, second }));
  return t("conflict.question", { count: field.values.length, label: field.label, statements });
}
