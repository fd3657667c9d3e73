import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Team, Today } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** The post's day: people, teams, what waits for a decision. Read again whenever records or contacts change. */
export class TodayPage {
  today = $state.raw<Today | null>(null);
  teams = $state.raw<Team[]>([]);
  readonly loading = new Loading();
  failure = $state.raw<BackendError | null>(null);
  savedPath = $state<string | null>(null);

  #backend: Backend;
  #day: string | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", () => void this.read());
  }

  /** Shows another day; null is today. */
  show(day: string | null): void {
    this.#day = day;
    this.savedPath = null;
    void this.read();
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      this.today = await this.#backend.today(this.#day);
    });
    // The list of teams may need the network; the figures never wait for it.
    try {
      this.teams = (await this.#backend.teams()).teams;
    } catch {
      // Nobody has ever listed them here: the figures say so.
    }
  }

  /** Keeps the table as a file. */
  async saveCsv(): Promise<void> {
    if (!this.today) return;
    this.failure = null;
    try {
      this.savedPath = (await this.#backend.today_csv_save(this.today.day)).path;
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }
}
