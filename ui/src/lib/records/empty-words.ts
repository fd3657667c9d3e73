import { t } from "$lib/text/text.svelte";
import type { Filter } from "./records.svelte";

/** Why a list shows nothing; where nothing is recorded at all, what comes first there. */
export function emptyInWords(filter: Filter, typed: string, at: "phone" | "post"): string {
  if (typed.trim() !== "" || filter.text) return t("records.empty_find");
  const { state, patrol_id, day, nationality, cell, counted } = filter;
  const isNarrow = state !== "all" || [patrol_id, day, nationality, cell, counted].some(Boolean);
  // A filter that finds nothing says nothing of what it leaves out.
  if (isNarrow) return t("records.empty_filter");
  return t(at === "post" ? "records.empty_post" : "records.empty");
}
