import { labelOf } from "$lib/app/words";
import type { Detail, Lists, StatedValue, TwoValues } from "$lib/backend/bindings";
import { t } from "$lib/text/text.svelte";

/** A field whose values only describe: one is shown, the other stays beside it, and nobody has to choose. */
export const isDescriptive = ({ kind }: Pick<TwoValues, "kind">): boolean => kind === "descriptive";

/** A field in the words of this post: the shell knows neither its trails' names nor how it calls a patrol. */
export function fieldInWords(field: TwoValues, { row }: Pick<Detail, "row">, lists: Lists | null): TwoValues {
  const withText = (text: (value: StatedValue) => string) =>
    field.values.map((value) => ({ ...value, text: text(value) }));
  switch (field.field) {
    case "trail_id":
      return { ...field, values: withText(({ text }) => labelOf(lists?.trails, text)) };
    case "patrol_id": {
      const text = ({ value }: StatedValue) =>
        (value === row.patrol_id ? row.patrol_code : null) ?? t("conflict.other_patrol");
      return { ...field, label: t("records.patrol"), values: withText(text) };
    }
    default:
      return field;
  }
}

/** What else was stated of a field that only describes; the first value is the one that is shown. */
export function alsoStated({ label, values: [, ...others], values }: TwoValues): string {
  const quoted = others.map(({ text }) => t("detail.also.value", { text })).join(", ");
  return t("detail.also", { label, count: values.length, others: quoted });
}
