import type { PositionState } from "$lib/backend/bindings";
import { SHOWN_EVERY_MS } from "$lib/shared/now.svelte";

/** How old a fix may be to say where an encounter was, in seconds; an older one the shell does not record either. */
export const FRESH_S = 120;

/** How long after its first tap a form is still where the phone is, in milliseconds; the shell takes no fix later. */
export const TAKEN_MS = 600_000;

/**
 * Whether a record made now gets the place of the phone. A clock that was set back since tells nothing either; that the
 * time shown is a little older than the first tap does not mean that it was.
 */
export function isPlaceTaken(firstTapAt: number | null, now: number): boolean {
  if (firstTapAt === null) return true;
  const passed = now - firstTapAt;
  return passed >= -SHOWN_EVERY_MS && passed <= TAKEN_MS;
}

/** What is known of where the phone is, so many milliseconds after it was told: a fix grows old by itself. */
export function aged(told: PositionState, passedMs: number): PositionState {
  if (told.state !== "fix" || !told.position) return told;
  const fix_age_s = (told.position.fix_age_s ?? 0) + Math.max(0, Math.round(passedMs / 1000));
  if (fix_age_s > FRESH_S) return { state: "none", position: null };
  return { ...told, position: { ...told.position, fix_age_s } };
}
