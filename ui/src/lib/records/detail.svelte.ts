import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Choice, Detail, Draft } from "$lib/backend/bindings";
import { unfinishedCorrection } from "$lib/home/unfinished.svelte";
import { Loading } from "$lib/shared/loading.svelte";

/** So long no key acts on content that came by itself, in milliseconds. */
const DEAF_MS = 400;

type ReviewEvent = Parameters<Backend["review"]>[0]["event"];

/** One record in full, read again when it changes. */
export class RecordDetail {
  detail = $state.raw<Detail | null>(null);
  /** One's own correction of it that was begun and not finished. */
  correction = $state.raw<Draft | null>(null);
  readonly loading = new Loading();
  status = $state<"idle" | "working">("idle");
  failure = $state.raw<BackendError | null>(null);
  /** Somebody else's change came while the record was on screen, and no act of one's own since. */
  hasChanged = $state(false);

  /** What a reason is being asked for, of the record as it was on screen then: it may change behind the sheet. */
  asking = $state.raw<{ act: "void" | "return"; seen: Detail } | null>(null);

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
      const [detail, correction] = await Promise.all([this.#backend.detail(this.#id), this.#begun()]);
      this.detail = detail;
      this.correction = correction;
      if (isOwn || before === undefined || before === this.detail.version) return;
      this.hasChanged = true;
      this.#changedAt = performance.now();
    });
  }

  /** The record is worth reading also while nothing is known of its drafts. */
  async #begun(): Promise<Draft | null> {
    const drafts = await this.#backend.drafts().catch(() => []);
    return unfinishedCorrection(drafts, this.#id);
  }

  /** Whether what is on screen has been there long enough to be what a key means. */
  get isSettled(): boolean {
    return performance.now() - this.#changedAt >= DEAF_MS;
  }

  /** Asks for the reason of voiding or giving back what is on screen; not of what came under the finger just now. */
  ask(act: "void" | "return"): void {
    if (this.detail && this.isSettled) this.asking = { act, seen: this.detail };
  }

  /** Nothing is to be done. */
  askNoMore(): void {
    this.asking = null;
  }

  /** Does what a reason was asked for, to the record as it was then. */
  async answer(reason: string): Promise<boolean> {
    const { act, seen } = this.asking ?? {};
    this.asking = null;
    if (!act || !seen) return false;
    return this.#act(
      ({ version }) =>
        act === "void"
          ? this.#backend.void_record({ encounter_id: this.#id, version, reason })
          : this.#backend.review({ encounter_id: this.#id, version, event: "returned", reason }),
      seen,
    );
  }

  /** Takes a void back: the record counts again. */
  reopen(): Promise<boolean> {
    return this.review("reopened", null);
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

  /** Does something to the record as it was seen: as it is on screen, unless another version was. */
  async #act(act: (seen: Detail) => Promise<unknown>, seen = this.detail): Promise<boolean> {
    if (!seen || this.status === "working") return false;
    this.status = "working";
    this.hasChanged &&= seen !== this.detail;
    this.failure = null;
    try {
      await act(seen);
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
