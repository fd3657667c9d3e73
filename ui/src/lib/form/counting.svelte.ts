import {
  COUNT_MAX,
  countOf,
  detailedOf,
  known,
  nationalityTotal,
  withCount,
  withoutDetail,
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

  /** A count below the people with detailed ages: whether these go is for the person to say. */
  asks = $state.raw<{ cell: QuickCell; count: number; detailed: number } | null>(null);

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

  /** That many under a counter. Below its detailed ages it stays at these, and `asks` until somebody says that they go. */
  setCount(cell: QuickCell, count: number): void {
    const bounded = Math.min(COUNT_MAX, Math.max(0, Math.trunc(count)));
    const detailed = detailedOf(this.#stated.composition, this.nationality, cell);
    const least = Math.max(bounded, detailed);
    const isLess = bounded < detailed;
    if (!isLess || countOf(this.#stated.composition, this.nationality, cell) !== least) {
      this.#remember();
      this.#change(withCount(this.#stated.composition, this.nationality, cell, least), "composition");
    }
    this.asks = isLess ? { cell, count: bounded, detailed } : null;
  }

  /** That many people of the nationality: what the counters lack goes to "sin dato". */
  setTotal(people: number): void {
    this.setCount("AU+U", people - known(this.#stated.composition, this.nationality));
  }

  /** The count that was asked about stands, and the detailed ages go. */
  dropDetail(): void {
    if (!this.asks) return;
    const { cell, count } = this.asks;
    this.#remember();
    this.#change(withoutDetail(this.#stated.composition, this.nationality, cell, count), "composition");
  }

  /** The detailed ages stay. */
  keepDetail(): void {
    this.asks = null;
  }

  /** Takes back the last tap. */
  undoTap(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.moved = this.asks = null;
    this.nationality = last.nationality;
    this.#stated.takeBack(last.composition, last.confirmed);
  }

  #remember(): void {
    const { composition, confirmed } = this.#stated;
    const before = { composition, nationality: this.nationality, confirmed };
    this.#past = [...this.#past.slice(1 - PAST_MAX), before];
  }

  #change(composition: Composition, field: string): void {
    this.moved = this.asks = null;
    this.#stated.change({ composition }, field);
  }
}
