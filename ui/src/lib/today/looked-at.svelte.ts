/** How many days a table may be of. */
export const SPANS = [1, 7] as const;
export type Span = (typeof SPANS)[number];

/** Which table the commander looks at. It stays while they open records and come back. */
export class LookedAt {
  /** A local day, `2026-11-23`; null is the day that it is at the post, whichever that becomes. */
  day = $state<string | null>(null);
  /** How many days it is of; they end with that one. */
  days = $state<Span>(1);
  /** Only what a commander has approved. */
  onlyReviewed = $state(false);
}
