import type { CodeItem, Lists } from "$lib/backend/bindings";

/** Marks codes of a protected record. */
const CONFIDENTIAL = "†";

/** The needs that this record offers: confidential codes belong to a protected one. */
export function offeredNeeds(lists: Lists | null): CodeItem[] {
  return (lists?.need ?? []).filter((item) => !item.es.includes(CONFIDENTIAL));
}
