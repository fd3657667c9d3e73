import type { Backend } from "$lib/backend/backend";
import type { Row, RowFilter } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** Rows read at once. */
const PAGE = 60;
/** Typing stops this long before a search is sent, in milliseconds. */
const TYPING_MS = 200;

export type Filter = Omit<RowFilter, "offset" | "limit">;

const ALL: Filter = { patrol_id: null, day: null, state: "all", nationality: null, cell: null, text: null };

/** The list of records: only what is looked at is read. */
export class Records {
  filter = $state.raw<Filter>(ALL);
  total = $state(0);
  /** Rows by their place in the list; places not read yet are missing. */
  rows = $state.raw<ReadonlyMap<number, Row>>(new Map());
  readonly loading = new Loading();

  #backend: Backend;
  #asked = new Set<number>();
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend, filter: Partial<Filter>) {
    this.#backend = backend;
    this.filter = { ...ALL, ...filter };
  }

  /** Reads the first rows and listens for changes. Returns how to stop. */
  start(): () => void {
    void this.read();
    const stop = this.#backend.on("records_changed", () => void this.read());
    return () => {
      clearTimeout(this.#typing);
      stop();
    };
  }

  /** Shows only what fits the filter from now on. */
  narrow(changes: Partial<Filter>): void {
    this.filter = { ...this.filter, ...changes };
    void this.read();
  }

  /** Searches once the person stops typing. */
  find(text: string): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.narrow({ text: text.trim() || null }), TYPING_MS);
  }

  /** Reads again what was read before, from the first page. */
  async read(): Promise<void> {
    const pages = Math.max(1, this.#asked.size);
    this.#asked = new Set([0]);
    await this.loading.run(async () => {
      const { rows, total } = await this.#backend.rows({ ...this.filter, offset: 0, limit: PAGE * pages });
      this.#asked = new Set(Array.from({ length: pages }, (_, page) => page));
      this.rows = new Map(rows.map((row, index) => [index, row]));
      this.total = total;
    });
  }

  /** Reads the rows between two places of the list, if they are missing. */
  async need(first: number, last: number): Promise<void> {
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
      if (this.#asked.has(page) || page * PAGE >= this.total) continue;
      this.#asked.add(page);
      const filter = this.filter;
      try {
        const { rows } = await this.#backend.rows({ ...filter, offset: page * PAGE, limit: PAGE });
        if (filter !== this.filter) return;
        const next = new Map(this.rows);
        rows.forEach((row, index) => next.set(page * PAGE + index, row));
        this.rows = next;
      } catch {
        // Asked for again when it comes into sight the next time.
        this.#asked.delete(page);
      }
    }
  }

  /** The place of a record in the list, or -1. */
  placeOf(encounterId: string | null): number {
    for (const [index, row] of this.rows) if (row.encounter_id === encounterId) return index;
    return -1;
  }
}
