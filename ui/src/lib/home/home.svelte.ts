import type { Capture, Row } from "$lib/backend/bindings";
import { Unfinished } from "./unfinished.svelte";

/** How many records the first page shows. */
const SHOWN = 5;

/** What the first page shows, read again whenever records change. */
export class Home extends Unfinished {
  rows = $state.raw<Row[]>([]);
  total = $state(0);
  /** What "Igual que el anterior" would begin with: the device knows one's own last record that still stands. */
  last = $state.raw<Capture | null>(null);
  twoValues = $state(0);

  override async read(): Promise<void> {
    await this.loading.run(async () => {
      const filter = {
        patrol_id: null,
        day: null,
        days: 1,
        nationality: null,
        cell: null,
        counted: null,
        text: null,
        offset: 0,
      };
      const [page, last, drafts, two] = await Promise.all([
        this.backend.rows({ ...filter, state: "all", limit: SHOWN }),
        this.backend.same_as_last(),
        this.backend.drafts(),
        this.backend.rows({ ...filter, state: "two_values", limit: 1 }),
      ]);
      await this.take(drafts, page.rows);
      this.last = last;
      this.rows = page.rows;
      this.total = page.total;
      this.twoValues = two.total;
    });
  }
}
