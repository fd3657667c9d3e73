/**
 * What is said aloud by a screen reader without the person going there: one live region for the whole window.
 * A region that appears together with its words is often not read; this one is always there.
 */
class Speech {
  said = $state("");
  /** Beside `said`: whoever speaks must not listen. */
  #last = "";

  /** Says a sentence. The same sentence twice is said twice. */
  say(sentence: string): void {
    this.#last = this.#last === sentence ? `${sentence}\u00a0` : sentence;
    this.said = this.#last;
  }

  /** Leaves nothing behind to be found by a reader that walks the page later. */
  silence(): void {
    this.#last = "";
    this.said = "";
  }
}

export const speech = new Speech();
