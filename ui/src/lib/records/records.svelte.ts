import type { Backend } from "$lib/backend/backend";
import type { Row, RowFilter } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** Rows read at once. */
const PAGE = 60;
/** Typing stops this long before a search is sent, in milliseconds. */
const TYPING_MS = 200;

export type Filter = Omit<RowFilter, "offset" | "limit">;

const ALL: Filter = {
  patrol_id: null,
  day: null,
  state: "all",
  nationality: null,
  cell: null,
  counted: null,
  text: null,
};

/** The list of records: only what is looked at is read. */
export class Records {
  /** What stands in the search field. */
  typed = $state("");
  filter = $state.raw<Filter>(ALL);
  total = $state(0);
  /** Rows by their place in the list; places not read yet are missing. */
  rows = $state.raw<ReadonlyMap<number, Row>>(new Map());
  readonly loading = new Loading();

  #backend: Backend;
  #nationalityOf: (text: string) => string | null;
  /** The nationality of the figure behind which the list was opened, if any. */
  #figure: string | null;
  #asked = new Set<number>();
  #typing: ReturnType<typeof setTimeout> | undefined;

  /** `nationalityOf` says which nationality a search means, if it means one. */
  constructor(
    backend: Backend,
    filter: Partial<Filter>,
    nationalityOf: (text: string) => string | null = () => null,
  ) {
    this.#backend = backend;
    this.#nationalityOf = nationalityOf;
    this.filter = { ...ALL, ...filter };
    this.#figure = this.filter.nationality;
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

  /** Leaves the figure, the day or the patrol that the list was opened for. */
  widen(): void {
    this.#figure = null;
    this.narrow({ cell: null, nationality: null, day: null, counted: null, patrol_id: null });
    if (this.typed !== "") this.find(this.typed);
  }

  /** Searches by short code or nationality once the person stops typing. */
  find(text: string): void {
    this.typed = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      const nationality = this.#nationalityOf(text);
      this.narrow({
        text: nationality ? null : text.trim() || null,
        nationality: nationality ?? this.#figure,
      });
    }, TYPING_MS);
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
