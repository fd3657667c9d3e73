import type { RecordsFilter } from "$lib/app/navigation.svelte";
import type { LeftOutReason, Today } from "$lib/backend/bindings";
import type { Cell } from "./today-words";

/** The list behind a figure of a table: exactly the records that it counts. Null is all of a row or column. */
export function figureFilter(today: Today, nationality: string | null, cell: Cell | null): RecordsFilter {
  return {
    day: today.day,
    days: today.days,
    nationality,
    cell,
    counted: today.only_reviewed ? "only_reviewed" : "all",
  };
}

/** The list behind the people that a category of assistance reached. */
export function categoryFilter(today: Today, category: string): RecordsFilter {
  return { ...figureFilter(today, null, null), category };
}

/** The list of what a table leaves out for a reason. */
export function leftOutFilter(today: Today, left_out: LeftOutReason): RecordsFilter {
  return { ...figureFilter(today, null, null), left_out };
}
