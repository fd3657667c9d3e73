import type { Draft } from "$lib/backend/bindings";
import { nationalityTotal } from "$lib/form/composition";
import { keptLines, unclearIn } from "$lib/form/paper-line";

/** What a draft lacks before it can be a record: the time of the paper, or the nationality that a word stands for. */
export type HeldBack = { lacks: "time" } | { lacks: "name"; word?: string };

/**
 * Why a draft is not made a record as it is; null if it may be. A strip of paper tells of a time before now and of
 * people somebody named: without a time one would be made up for it, and a name that was not understood is not "sin
 * dato". Where the draft did not keep its lines, people under no nationality may be such a name. A correction begins with
 * what its record states: nothing of it has to be made up.
 */
export function heldBack({ kind, capture, unread }: Draft): HeldBack | null {
  if (kind === "edit" || capture.capture_mode !== "paper") return null;
  if (!capture.occurred_at) return { lacks: "time" };
  const lines = keptLines(unread?.["lines"]);
  if (!lines) return nationalityTotal(capture.composition ?? {}, "XXX") > 0 ? { lacks: "name" } : null;
  const unclear = unclearIn(lines);
  return unclear && { lacks: "name", word: unclear.word };
}
