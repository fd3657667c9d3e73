import type { Filter, Records } from "./records.svelte";

/** So long no key acts on a record that came under the keyboard by itself, in milliseconds. */
export const DEAF_MS = 400;

/** Which record of a list the keyboard stands on. */
export class KeyedList {
  #chosen = $state<string | null>(null);
  #records: Records;
  /** Where the chosen record was seen last, by which code, in which list; null until it was seen. */
  #seen: { place: number; code: string; filter: Filter } | null = null;
  /** When the selection moved without the person. */
  #slidAt = -Infinity;

  constructor(records: Records, chosen: string | null) {
    this.#records = records;
    this.#chosen = chosen;
  }

  /** The chosen record, or the first one of the list. */
  get current(): string | null {
    return this.#chosen ?? this.#records.rows.get(0)?.encounter_id ?? null;
  }

  /** Whether a key may act: the record on screen has been there long enough to be meant. */
  get isSettled(): boolean {
    return performance.now() - this.#slidAt >= DEAF_MS;
  }

  choose(encounterId: string): void {
    this.#chosen = encounterId;
    this.#slidAt = -Infinity;
    this.#note();
  }

  /** One up or down; the ends hold. */
  move(step: -1 | 1): void {
    const { rows, total } = this.#records;
    const found = this.#records.placeOf(this.current);
    const place = found >= 0 ? found : (this.#seen?.place ?? -1);
    const next = rows.get(Math.min(Math.max(0, place + step), total - 1));
    if (next) this.choose(next.encounter_id);
  }

  /** Follows a list that was read again: a record that has left it gives its place to the next one. */
  async follow(): Promise<void> {
    const chosen = this.current;
    // From now on it is this one, whatever comes before it.
    this.#chosen = chosen;
    if (this.#note() || !this.#seen) return;
    const { rows, filter, total } = this.#records;
    if (await this.#records.holds(this.#seen.code)) return;
    if (rows !== this.#records.rows || chosen !== this.#chosen) return;
    const place = filter === this.#seen.filter ? this.#seen.place : 0;
    this.#slidAt = performance.now();
    this.#chosen = rows.get(Math.min(place, total - 1))?.encounter_id ?? null;
    if (!this.#note()) this.#seen = null;
  }

  /** Notes where the chosen record is; tells whether it is among the rows that were read. */
  #note(): boolean {
    const place = this.#records.placeOf(this.#chosen);
    const row = this.#records.rows.get(place);
    if (row) this.#seen = { place, code: row.short_code, filter: this.#records.filter };
    return row !== undefined;
  }
}
