import type { Capture, Reach } from "$lib/backend/bindings";
import { minors } from "./composition";
import { withoutNeed } from "./needs";
import type { Stated } from "./stated.svelte";

/** Page 2: what was done, and what they need. */
export class Done {
  #stated: Stated;
  #lastSet: () => Capture["assistance"] | null;

  /** `lastSet` is the assistance of the last record, offered as one chip. */
  constructor(stated: Stated, lastSet: () => Capture["assistance"] | null) {
    this.#stated = stated;
    this.#lastSet = lastSet;
  }

  /** The whole group got it, or nobody did. */
  toggleAssistance(code: string): void {
    const { [code]: present, ...rest } = this.#assistance;
    this.#assist(present === undefined ? { ...rest, [code]: "all" } : rest);
  }

  /** That many got it. */
  setReach(code: string, reach: Reach): void {
    this.#assist({ ...this.#assistance, [code]: reach });
  }

  /** The last set, by one chip; again takes it away. A part that was typed stays as it was typed, both times. */
  toggleLastSet(): void {
    const codes = Object.keys(this.#lastSet() ?? {});
    if (this.hasLastSet) {
      const rest = Object.entries(this.#assistance).filter(
        ([code, reach]) => !codes.includes(code) || reach !== "all",
      );
      return this.#assist(Object.fromEntries(rest));
    }
    const all = Object.fromEntries(codes.map((code) => [code, "all" as const]));
    this.#assist({ ...all, ...this.#assistance });
  }

  get hasLastSet(): boolean {
    const codes = Object.keys(this.#lastSet() ?? {});
    return codes.length > 0 && codes.every((code) => this.#assistance[code] !== undefined);
  }

  noNeeds(): void {
    const { needs } = this.#stated.capture;
    const none = needs && Object.keys(needs).length === 0;
    this.#stated.change({ needs: none ? null : {} }, "needs");
  }

  /** How many have a need; none takes it away. */
  setNeed(code: string, people: number): void {
    const { needs } = this.#stated.capture;
    const changed = people > 0 ? { ...needs, [code]: people } : withoutNeed(needs, code);
    this.#stated.change({ needs: changed }, "needs");
  }

  /** So much of an item; nothing takes it away. */
  setItem(code: string, quantity: number): void {
    const { [code]: _before, ...rest } = this.#stated.capture.items_given ?? {};
    this.#stated.change({ items_given: quantity > 0 ? { ...rest, [code]: quantity } : rest }, "items_given");
  }

  /** The answer to "Sólo hay menores. ¿Van solos?". */
  answerAlone(alone: boolean): void {
    const { needs } = this.#stated.capture;
    const all = { ...needs, uac: minors(this.#stated.composition) };
    this.#stated.change({ needs: alone ? all : withoutNeed(needs, "uac") }, "needs", "alone");
  }

  get #assistance(): NonNullable<Capture["assistance"]> {
    return this.#stated.capture.assistance ?? {};
  }

  #assist(assistance: NonNullable<Capture["assistance"]>): void {
    this.#stated.change({ assistance }, "assistance");
  }
}
