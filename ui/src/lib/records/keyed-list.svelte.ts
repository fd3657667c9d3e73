import type { Records } from "./records.svelte";

/** Which record of a list the keyboard stands on. */
export class KeyedList {
  #chosen = $state<string | null>(null);
  #records: Records;

  constructor(records: Records, chosen: string | null) {
    this.#records = records;
    this.#chosen = chosen;
  }

  /** The chosen record, or the first one of the list. */
  get current(): string | null {
    return this.#chosen ?? this.#records.rows.get(0)?.encounter_id ?? null;
  }

  choose(encounterId: string): void {
    this.#chosen = encounterId;
  }

  /** One up or down; the ends hold. */
  move(step: -1 | 1): void {
    const place = this.#records.placeOf(this.current);
    const next = this.#records.rows.get(Math.max(0, place + step));
    if (next) this.#chosen = next.encounter_id;
  }
}
