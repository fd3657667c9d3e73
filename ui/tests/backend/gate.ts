/** Holds answers back until they are let go: what is on screen meanwhile stays there for as long as a test looks. */
export class Gate {
  /** Answers that wait. */
  waiting = 0;
  #held: ReadonlySet<string> | "all" = new Set();
  #release: (() => void)[] = [];

  /** From now on the commands of these names do not answer; without names none does. */
  hold(...names: string[]): void {
    this.#held = names.length > 0 ? new Set(names) : "all";
  }

  /** Everything that waits is answered, and what comes is answered at once. */
  letGo(): void {
    this.#held = new Set();
    for (const release of this.#release.splice(0)) release();
  }

  /** Whether the command of this name has to wait until it is let go. */
  holds(name: string): boolean {
    return this.#held === "all" || this.#held.has(name);
  }

  async wait(): Promise<void> {
    this.waiting += 1;
    await new Promise<void>((release) => this.#release.push(release));
    this.waiting -= 1;
  }
}
