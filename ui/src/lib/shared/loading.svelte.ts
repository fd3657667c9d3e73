/** After this long without an answer the page says that it is reading, in milliseconds. */
export const SLOW_MS = 300;

/** Where a reading stands: nothing is said for the first 300 ms, so that fast answers do not flicker. */
export class Loading {
  state = $state<"first" | "ready" | "failed">("first");
  slow = $state(false);
  failure = $state.raw<unknown>(null);
  #turn = 0;

  /** Runs a reading; of several at once the last one decides. */
  async run(read: () => Promise<void>): Promise<void> {
    const turn = ++this.#turn;
    const timer = setTimeout(() => (this.slow = true), SLOW_MS);
    try {
      await read();
      if (turn === this.#turn) this.state = "ready";
    } catch (cause) {
      if (turn === this.#turn) {
        this.failure = cause;
        this.state = "failed";
      }
    } finally {
      clearTimeout(timer);
      if (turn === this.#turn) this.slow = false;
    }
  }
}
