import type { HistoryLine } from "$lib/backend/bindings";

/** How long after saving a fix may still be added, and a little for writing it, in seconds. */
const LATE_MAX_S = 125;

/** How many seconds after the record was saved its position came; null if it came with it, or was corrected by hand. */
export function lateFixSeconds(history: HistoryLine[]): number | null {
  const saved = history.find(({ event }) => event === "created");
  const positions = history.filter(({ event, field }) => event === "changed" && field === "position");
  const [added] = positions;
  if (!saved || !added || positions.length > 1 || added.author !== saved.author) return null;
  const seconds = Math.round((Date.parse(added.at) - Date.parse(saved.at)) / 1000);
  return seconds >= 0 && seconds <= LATE_MAX_S ? seconds : null;
}
