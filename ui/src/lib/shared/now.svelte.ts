/** The time that is shown may be so old, in milliseconds. */
export const SHOWN_EVERY_MS = 15_000;

/** The time shown in sentences such as "hace 2 h"; moves by itself while someone looks. */
class Now {
  ms = $state(Date.now());

  /** Moves the time on until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => (this.ms = Date.now()), SHOWN_EVERY_MS);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
