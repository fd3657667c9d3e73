import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, PatrolOut } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** The patrols of the post that are out as far as is known here, and the closing of one that its team does not close. */
export class PatrolsOutPage {
  patrols = $state.raw<PatrolOut[]>([]);
  readonly loading = new Loading();
  status = $state<"idle" | "working">("idle");
  failure = $state.raw<BackendError | null>(null);
  /** The code of the patrol that was closed here last. */
  closed = $state<string | null>(null);

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Reads them, and again after each exchange that brought something. Returns how to stop. */
  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", () => void this.read());
  }

  async read(): Promise<void> {
    await this.loading.run(async () => void (this.patrols = await this.#backend.patrols_out()));
  }

  /** Closes one, one at a time. */
  async close({ patrol_id, code }: PatrolOut): Promise<void> {
    if (this.status === "working") return;
    this.status = "working";
    this.failure = null;
    this.closed = null;
    try {
      await this.#backend.patrol_close(patrol_id);
      this.closed = code;
    } catch (cause) {
      this.failure = asBackendError(cause);
    } finally {
      this.status = "idle";
    }
    // Also where it failed: its own team may have closed it in between.
    await this.read();
  }
}
