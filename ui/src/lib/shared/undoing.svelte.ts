/** How often the seconds left for undoing are counted, in milliseconds. */
const COUNTED_EVERY_MS = 250;

/** Something that was done a moment ago and can be taken back for some seconds. */
export abstract class Undoing {
  /** How undoing went, once tried. */
  undo = $state<"none" | "working" | "undone" | "failed">("none");
  #now = $state(Date.now());
  #until: number;

  /** `until`: the last moment of it, as the shell says. */
  constructor(until: string) {
    this.#until = Date.parse(until);
  }

  /** Asks the shell to take it back. */
  protected abstract ask(): Promise<unknown>;

  /** Counts the seconds down until the returned function is called. */
  watch(): () => void {
    const timer = setInterval(() => (this.#now = Date.now()), COUNTED_EVERY_MS);
    return () => clearInterval(timer);
  }

  get secondsLeft(): number {
    return Math.max(0, Math.ceil((this.#until - this.#now) / 1000));
  }

  get mayUndo(): boolean {
    return this.undo === "none" && this.secondsLeft > 0;
  }

  async takeBack(): Promise<void> {
    this.undo = "working";
    try {
      await this.ask();
      this.undo = "undone";
    } catch {
      this.undo = "failed";
    }
  }
}
