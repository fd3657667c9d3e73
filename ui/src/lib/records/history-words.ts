import type { HistoryLine } from "$lib/backend/bindings";
import { t, texts } from "$lib/text/text.svelte";

/** What happened, as a sentence with the person in it. */
export function historySentence(line: HistoryLine): string {
  const values = {
    author: line.author,
    label: line.label ?? t("history.record"),
    before: line.before ?? "",
    after: afterInWords(line),
  };
  if (line.event === "changed" && line.before === null) return t("history.changed_plain", values);
  return t(`history.${line.event}`, values);
}

function afterInWords({ after }: HistoryLine): string {
  const key = `review.${after}`;
  return texts.has(key) ? t(key) : (after ?? "");
}
