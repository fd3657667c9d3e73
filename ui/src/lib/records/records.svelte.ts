import type { Backend } from "$lib/backend/backend";
import type { Row, RowFilter } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** Rows read at once. */
const PAGE = 60;
/** Pages that one request may bring: the device answers with 500 rows at most, and says nothing of the rest. */
const PAGES_MAX = 8;
/** Typing stops this long before a search is sent, in milliseconds. */
const TYPING_MS = 200;

export type Filter = Omit<RowFilter, "offset" | "limit">;

const ALL: Filter = {
  patrol_id: null,
  day: null,
  days: 1,
  state: "all",
  nationality: null,
  cell: null,
  counted: null,
  category: null,
  left_out: null,
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
  /** The patrols of all rows that were seen, by number, with their codes. */
  patrols = $state.raw<ReadonlyMap<string, string>>(new Map());
  readonly loading = new Loading();

  #backend: Backend;
  #nationalityOf: (text: string) => string | null;
  /** The nationality of the figure behind which the list was opened, if any. */
  #figure: string | null;
  /** Pages that were read or are being read. */
  #asked = new Set([0]);
  /** The first and the last place in sight. */
  #looked: [first: number, last: number] = [0, 0];
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
    // Another list: what was read of this one says nothing about it.
    this.#asked = new Set([0]);
    this.#looked = [0, 0];
    void this.read();
  }

  /** Leaves the figure, the day or the patrol that the list was opened for. */
  widen(): void {
    this.#figure = null;
    const isOfATable = this.filter.state === "other_day" || this.filter.state === "as_approved";
    const state = isOfATable ? "all" : this.filter.state;
    const figure = { cell: null, nationality: null, category: null, left_out: null };
    this.narrow({ ...figure, day: null, days: 1, counted: null, patrol_id: null, state });
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
        // A list is behind one figure at a time: people, a category, or what is left out.
        ...(nationality && { category: null, left_out: null }),
      });
    }, TYPING_MS);
  }

  /** Reads again what was read before, and what is looked at. */
  async read(): Promise<void> {
    const filter = this.filter;
    const pages = new Set(this.#asked);
    await this.loading.run(async () => {
      const answers = await Promise.all(
        runsOf(pages).map(async ([first, count]) => {
          const [offset, limit] = [first * PAGE, count * PAGE];
          return { offset, ...(await this.#backend.rows({ ...filter, offset, limit })) };
        }),
      );
      // A faster answer to another question stands.
      if (filter !== this.filter) return;
      this.total = Math.min(...answers.map(({ total }) => total));
      this.#asked = new Set([...pages].filter((page) => page === 0 || page * PAGE < this.total));
      this.rows = new Map(
        answers.flatMap(({ offset, rows }) => rows.map((row, index) => [offset + index, row] as const)),
      );
      this.#meet(this.rows.values());
      // What came into sight meanwhile, and what moved into it.
      void this.need(...this.#looked);
    });
  }

  /** Reads the rows between two places of the list, if they are missing. */
  async need(first: number, last: number): Promise<void> {
    this.#looked = [first, last];
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
        this.#meet(rows);
      } catch {
        // Asked for again when it comes into sight the next time.
        this.#asked.delete(page);
      }
    }
  }

  /** Notes whose records these are: a list can be narrowed to a patrol that was seen in it. */
  #meet(rows: Iterable<Row>): void {
    const patrols = new Map(this.patrols);
    for (const { patrol_id, patrol_code } of rows)
      if (patrol_id !== null && patrol_code !== null) patrols.set(patrol_id, patrol_code);
    if (patrols.size > this.patrols.size) this.patrols = patrols;
  }

  /** Whether a record is in the list, also where the list was not read yet. What cannot be asked is. */
  async holds(shortCode: string): Promise<boolean> {
    try {
      const { total } = await this.#backend.rows({ ...this.filter, text: shortCode, offset: 0, limit: 1 });
      return total > 0;
    } catch {
      return true;
    }
  }

  /** The place of a record among the rows that were read, or -1. */
  placeOf(encounterId: string | null): number {
    for (const [index, row] of this.rows) if (row.encounter_id === encounterId) return index;
    return -1;
  }
}

/** Pages beside each other, as first page and how many, no more of them than one request brings. */
function runsOf(pages: ReadonlySet<number>): [first: number, count: number][] {
  const runs: [number, number][] = [];
  for (const page of [...pages].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[0] + run[1] === page && run[1] < PAGES_MAX) run[1] += 1;
    else runs.push([page, 1]);
  }
  return runs;
}
