/** Which table of a day the commander looks at. It stays while they open records and come back. */
export class LookedAt {
  /** A local day, `2026-11-23`; null is the day that it is at the post, whichever that becomes. */
  day = $state<string | null>(null);
  /** Only what a commander has approved. */
  onlyReviewed = $state(false);
}
