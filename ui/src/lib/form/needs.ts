import type { Capture, CodeItem, Lists } from "$lib/backend/bindings";

/** Marks codes of a protected record. */
const CONFIDENTIAL = "†";

type Needs = Capture["needs"];

/** The needs without one that was taken back. Nobody has said that there are none: without any they are to be asked. */
export function withoutNeed(needs: Needs, code: string): Needs {
  if (needs?.[code] === undefined) return needs ?? null;
  const { [code]: _taken, ...rest } = needs;
  return Object.keys(rest).length > 0 ? rest : null;
}

/** The needs that this record offers: confidential codes belong to a protected one. */
export function offeredNeeds(lists: Lists | null): CodeItem[] {
  return (lists?.need ?? []).filter((item) => !item.es.includes(CONFIDENTIAL));
}
