import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Choice, Decide } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** What waits for the commander. */
export class DecidePage {
  decide = $state.raw<Decide | null>(null);
  readonly loading = new Loading();
  failure = $state.raw<BackendError | null>(null);
  status = $state<"idle" | "working">("idle");
  /** Fields left for later in this visit. */
  postponed = $state.raw<string[]>([]);

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", () => void this.read());
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      this.decide = await this.#backend.decide();
    });
  }

  postpone(encounterId: string, field: string): void {
    this.postponed = [...this.postponed, `${encounterId}/${field}`];
  }

  isPostponed(encounterId: string, field: string): boolean {
    return this.postponed.includes(`${encounterId}/${field}`);
  }

  /** Settles a field at the version that was shown. */
  async choose(choice: Choice): Promise<void> {
    if (this.status === "working") return;
    this.status = "working";
    this.failure = null;
    try {
      await this.#backend.choose(choice);
    } catch (cause) {
      this.failure = asBackendError(cause);
    } finally {
      this.status = "idle";
    }
    await this.read();
  }

  get isEmpty(): boolean {
    const { decide } = this;
    if (!decide) return false;
    return Object.values(decide).every((list) => list.length === 0);
  }
}
