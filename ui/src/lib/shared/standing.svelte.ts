import { DOUBLE_TAP_MS } from "./press";

/**
 * Whether what stands in a list has just taken another's place: a tap then was meant for what stood there before. The
 * keys of such a list are deaf meanwhile, and show it.
 */
export class Standing {
  /** Something took another's place less than a double tap ago. */
  hasMoved = $state(false);
  #order: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes note of what stands there, in its order. The first time nothing stood there before. */
  note(order: string): void {
    const isAnother = this.#order !== null && this.#order !== order;
    this.#order = order;
    if (!isAnother) return;
    this.hasMoved = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.hasMoved = false), DOUBLE_TAP_MS);
  }
}
