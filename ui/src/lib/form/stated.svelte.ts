import type { Capture } from "$lib/backend/bindings";
import { minors, onlyMinors, total, type Composition } from "./composition";
import { withoutNeed } from "./needs";

/** The fields that taps of page 1 touch. */
const OF_PAGE_1 = ["composition", "composition.nationality"];

/** What a form states so far, and what of it a person touched. */
export class Stated {
  capture = $state.raw<Capture>({ composition: {}, needs: null, assistance: {} });
  /** Field names that the person touched. */
  confirmed = $state.raw<string[]>([]);

  /** What was typed that no field can hold yet, by names of the page: it comes back with the draft as it was typed. */
  unread = $state.raw<Record<string, string>>({});

  #onchange: () => void;

  /** Every change is told, so that it is kept. */
  constructor(onchange: () => void) {
    this.#onchange = onchange;
  }

  get composition(): Composition {
    return this.capture.composition ?? {};
  }

  /** How many there are: those who are counted, or the estimate if it is larger. */
  get people(): number {
    return Math.max(total(this.composition), this.capture.group_estimate ?? 0);
  }

  /** The group is only minors: the form asks whether they are alone. */
  get asksAlone(): boolean {
    return onlyMinors(this.composition);
  }

  /** The person stated something, in the fields of these names. */
  change(changes: Partial<Capture>, ...fields: string[]): void {
    this.capture = { ...this.capture, ...changes };
    this.confirmed = [...new Set([...this.confirmed, ...fields])];
    if (changes.composition) this.#countAlone();
    this.#onchange();
  }

  /** Remembers what no field can hold yet, until the next change keeps it; null when a field holds it. */
  remember(unread: Record<string, string | null>): void {
    const all = Object.entries({ ...this.unread, ...unread });
    this.unread = Object.fromEntries(all.filter((one): one is [string, string] => one[1] !== null));
  }

  /** Page 1 is again as it was. What was answered on page 2 meanwhile stays answered. */
  takeBack(composition: Composition, confirmed: string[]): void {
    const others = this.confirmed.filter((field) => !OF_PAGE_1.includes(field));
    this.confirmed = [...new Set([...confirmed, ...others])];
    this.capture = { ...this.capture, composition };
    this.#countAlone();
    this.#onchange();
  }

  /** Minors who were said to be alone are all of them alone, as long as nobody else is counted; never more than there are. */
  #countAlone(): void {
    const { needs } = this.capture;
    if (needs?.uac === undefined || !this.confirmed.includes("alone")) return;
    const there = minors(this.composition);
    const uac = this.asksAlone ? there : Math.min(needs.uac, there);
    this.capture = { ...this.capture, needs: uac > 0 ? { ...needs, uac } : withoutNeed(needs, "uac") };
    // With nobody to be alone the answer is none.
    if (uac === 0) this.confirmed = this.confirmed.filter((field) => field !== "alone");
  }
}
