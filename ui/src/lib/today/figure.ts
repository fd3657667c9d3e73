import type { RecordsFilter } from "$lib/app/navigation.svelte";
import type { Today } from "$lib/backend/bindings";
import type { Cell } from "./today-words";

/** The list behind a figure of a table: exactly the records that it counts. Null is all of a row or column. */
export function figureFilter(today: Today, nationality: string | null, cell: Cell | null): RecordsFilter {
  return { day: today.day, nationality, cell, counted: today.only_reviewed ? "only_reviewed" : "all" };
}
