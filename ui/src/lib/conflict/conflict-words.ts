import type { TwoValues } from "$lib/backend/bindings";
import { clock } from "$lib/shared/time";
import { t } from "$lib/text/text.svelte";

/** The question without blame: who wrote what and when, and which one stays. */
export function conflictQuestion(field: TwoValues, zone: string | undefined): string {
  const statements = field.values
    .map(({ author, text, at }) => t("conflict.statement", { author, value: text, time: clock(at, zone) }))
    .reduce((first, second) => t("conflict.join", { first, second }));
  return t("conflict.question", { label: field.label, statements });
}
