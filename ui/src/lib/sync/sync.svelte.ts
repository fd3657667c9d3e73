import { asBackendError, type Backend } from "$lib/backend/backend";
import type { Absent, BackendError, Exported, SyncContact } from "$lib/backend/bindings";

/** The page "Sincronizar": the last contacts, one more by hand, and the file for another road. */
export class SyncPage {
  contacts = $state.raw<SyncContact[]>([]);
  failure = $state.raw<BackendError | null>(null);
  /** What was taken out last, and how many undone saves and patrols the post had not received then. */
  exported = $state.raw<(Exported & { others: number }) | null>(null);
  /** What others wrote that the server lacks and nobody hands in by itself. */
  absent = $state.raw<Absent | null>(null);
  /** What was handed in for them here last. */
  handedIn = $state.raw<Absent | null>(null);
  status = $state<"idle" | "exporting" | "handing_in">("idle");

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Reads the contacts and again after each. Returns how to stop. */
  start(): () => void {
    void this.read();
    return this.#backend.on("status_changed", ({ sync }) => {
      if (sync.phase === "idle" || sync.phase === "failed") void this.read();
    });
  }

  async read(): Promise<void> {
    try {
      [this.contacts, this.absent] = await Promise.all([
        this.#backend.sync_contacts(),
        this.#backend.absent(),
      ]);
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  async now(): Promise<void> {
    this.failure = null;
    try {
      await this.#backend.sync_now();
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  /** Hands in what others wrote who are not coming; it goes with the exchange that begins then. */
  async handIn(): Promise<void> {
    if (this.status !== "idle") return;
    this.status = "handing_in";
    this.failure = null;
    try {
      this.handedIn = await this.#backend.hand_in_for_absent();
      this.absent = null;
    } catch (cause) {
      this.failure = asBackendError(cause);
    } finally {
      this.status = "idle";
    }
  }

  /** Writes the file, while so many undone saves and patrols are unreceived. */
  async export(others: number): Promise<void> {
    this.status = "exporting";
    this.failure = null;
    // The word of an earlier file must not stand beside a failure of this one.
    this.exported = null;
    try {
      this.exported = { ...(await this.#backend.records_export(null)), others };
    } catch (cause) {
      this.failure = asBackendError(cause);
    } finally {
      this.status = "idle";
    }
  }
}
