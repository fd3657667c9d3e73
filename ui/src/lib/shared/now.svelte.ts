/** The time shown in sentences such as "hace 2 h"; moves by itself while someone looks. */
class Now {
  ms = $state(Date.now());

  /** Moves the time on every 15 seconds until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => (this.ms = Date.now()), 15_000);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
