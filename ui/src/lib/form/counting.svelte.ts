import {
  COUNT_MAX,
  countOf,
  nationalityTotal,
  withCount,
  withTotal,
  type Composition,
  type QuickCell,
} from "./composition";
import type { Stated } from "./stated.svelte";

/** Taps that can be taken back. */
const PAST_MAX = 100;

/** Page 1: who they are, tap by tap. */
export class Counting {
  /** The nationality that the counters count for now. */
  nationality = $state<string>("XXX");
  /** The next counter tap takes one away. */
  taking = $state(false);
  /** People who have just gone over from the suggested nationality to the tapped one, until the next tap. */
  moved = $state.raw<{ people: number; from: string; to: string } | null>(null);

  #stated: Stated;
  #isGiven: () => boolean;
  #past: { composition: Composition; nationality: string; confirmed: string[] }[] = $state.raw([]);

  /** `isGiven` tells whether the nationalities came with the form, as those of a record that is corrected. */
  constructor(stated: Stated, isGiven: () => boolean) {
    this.#stated = stated;
    this.#isGiven = isGiven;
  }

  /** The nationality filled in by the app that nobody has confirmed yet. */
  get unconfirmed(): string | null {
    const isChosen = this.#isGiven() || this.#stated.confirmed.includes("composition.nationality");
    return isChosen ? null : this.nationality;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  /** Counts for this nationality from now on; people counted while it was only suggested move with it. */
  choose(nationality: string): void {
    this.#remember();
    const suggested = this.unconfirmed;
    let { composition } = this.#stated;
    const people = suggested === null ? 0 : nationalityTotal(composition, suggested);
    if (suggested !== null && suggested !== nationality) {
      const moved = composition[suggested];
      if (moved) {
        const { [suggested]: _moved, ...rest } = composition;
        composition = { ...rest, [nationality]: { ...rest[nationality], ...moved } };
      }
    }
    this.nationality = nationality;
    this.#change(composition, "composition.nationality");
    if (suggested !== null && suggested !== nationality && people > 0)
      this.moved = { people, from: suggested, to: nationality };
  }

  /** One more under a counter, or one less after the minus key. */
  tap(cell: QuickCell): void {
    const step = this.taking ? -1 : 1;
    this.taking = false;
    this.setCount(cell, countOf(this.#stated.composition, this.nationality, cell) + step);
  }

  setCount(cell: QuickCell, count: number): void {
    const bounded = Math.min(COUNT_MAX, Math.max(0, count));
    this.#remember();
    this.#change(withCount(this.#stated.composition, this.nationality, cell, bounded), "composition");
  }

  setTotal(people: number): void {
    this.#remember();
    this.#change(withTotal(this.#stated.composition, this.nationality, people), "composition");
  }

  /** Takes back the last tap. */
  undoTap(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.moved = null;
    this.nationality = last.nationality;
    this.#stated.takeBack(last.composition, last.confirmed);
  }

  #remember(): void {
    const { composition, confirmed } = this.#stated;
    const before = { composition, nationality: this.nationality, confirmed };
    this.#past = [...this.#past.slice(1 - PAST_MAX), before];
  }

  #change(composition: Composition, field: string): void {
    this.moved = null;
    this.#stated.change({ composition }, field);
  }
}
