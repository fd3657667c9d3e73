import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Team, Today } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";
import type { LookedAt, Span } from "./looked-at.svelte";

export type TeamsKnown = Team[] | "reading" | "unknown";

/** A day of the post, or several: people, teams, what waits for a decision. Read again whenever records or contacts change. */
export class TodayPage {
  today = $state.raw<Today | null>(null);
  /** The devices of the post; what is known of them until they are listed. */
  teams = $state.raw<TeamsKnown>("reading");
  readonly loading = new Loading();
  failure = $state.raw<BackendError | null>(null);
  savedPath = $state<string | null>(null);

  #backend: Backend;
  #lookedAt: LookedAt;

  constructor(backend: Backend, lookedAt: LookedAt) {
    this.#backend = backend;
    this.#lookedAt = lookedAt;
  }

  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", () => void this.read());
  }

  /** Shows another day. Today is followed past midnight: it is no day of its own. */
  show(day: string): void {
    this.#lookedAt.day = day === this.today?.today ? null : day;
    this.#turn();
  }

  /** Shows so many days that end with the one that is shown. */
  span(days: Span): void {
    this.#lookedAt.days = days;
    this.#turn();
  }

  /** Counts everything complete, or only what was approved. */
  narrow(onlyReviewed: boolean): void {
    this.#lookedAt.onlyReviewed = onlyReviewed;
    this.#turn();
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      const { day, days, onlyReviewed } = this.#lookedAt;
      const today = await this.#backend.today(day, days, onlyReviewed);
      // A faster answer to an older question does not stand over this one.
      const asked = this.#lookedAt;
      if (day === asked.day && days === asked.days && onlyReviewed === asked.onlyReviewed) this.today = today;
    });
    // The list of teams may need the network; the figures never wait for it.
    try {
      this.teams = (await this.#backend.teams()).teams;
    } catch {
      // What was listed once stays; the figures say how old it is.
      if (this.teams === "reading") this.teams = "unknown";
    }
  }

  /** Keeps the table as a file. */
  async saveCsv(): Promise<void> {
    if (!this.today) return;
    this.failure = null;
    this.savedPath = null;
    try {
      const { day, days, only_reviewed } = this.today;
      this.savedPath = (await this.#backend.today_csv_save(day, days, only_reviewed)).path;
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  /** What was said of the table before says nothing of this one. */
  #turn(): void {
    this.savedPath = null;
    this.failure = null;
    void this.read();
  }
}
