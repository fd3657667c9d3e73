import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Choice, Detail } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** So long no key acts on content that came by itself, in milliseconds. */
const DEAF_MS = 400;

type ReviewEvent = Parameters<Backend["review"]>[0]["event"];

/** One record in full, read again when it changes. */
export class RecordDetail {
  detail = $state.raw<Detail | null>(null);
  readonly loading = new Loading();
  status = $state<"idle" | "working">("idle");
  failure = $state.raw<BackendError | null>(null);
  /** Somebody else's change came while the record was on screen, and no act of one's own since. */
  hasChanged = $state(false);

  /** When the content on screen became another one by itself. */
  #changedAt = -Infinity;
  #backend: Backend;
  #id: string;

  constructor(backend: Backend, encounterId: string) {
    this.#backend = backend;
    this.#id = encounterId;
  }

  /** Reads and listens. Returns how to stop. */
  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", ({ encounter_ids, all }) => {
      if (all || encounter_ids.includes(this.#id)) void this.read();
    });
  }

  async read(): Promise<void> {
    const isOwn = this.status === "working";
    await this.loading.run(async () => {
      const before = this.detail?.version;
      this.detail = await this.#backend.detail(this.#id);
      if (isOwn || before === undefined || before === this.detail.version) return;
      this.hasChanged = true;
      this.#changedAt = performance.now();
    });
  }

  /** Whether what is on screen has been there long enough to be what a key means. */
  get isSettled(): boolean {
    return performance.now() - this.#changedAt >= DEAF_MS;
  }

  /** Takes the record out of all counts, with the reason. */
  void(reason: string): Promise<boolean> {
    return this.#act(({ version }) => this.#backend.void_record({ encounter_id: this.#id, version, reason }));
  }

  review(event: ReviewEvent, reason: string | null): Promise<boolean> {
    return this.#act(({ version }) =>
      this.#backend.review({ encounter_id: this.#id, version, event, reason }),
    );
  }

  /** Settles one field with two values, at the version that was on screen. */
  choose(choice: Pick<Choice, "field" | "choice" | "other">): Promise<boolean> {
    return this.#act(async ({ version }) => {
      await this.#backend.choose({ encounter_id: this.#id, version, ...choice });
    });
  }

  async #act(act: (detail: Detail) => Promise<unknown>): Promise<boolean> {
    if (!this.detail || this.status === "working") return false;
    this.status = "working";
    this.hasChanged = false;
    this.failure = null;
    try {
      await act(this.detail);
      await this.read();
      return true;
    } catch (cause) {
      this.failure = asBackendError(cause);
      return false;
    } finally {
      this.status = "idle";
    }
  }
}
