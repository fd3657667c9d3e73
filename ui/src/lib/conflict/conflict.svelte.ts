import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Detail, StatedValue, TwoValues } from "$lib/backend/bindings";

/** The fields of one record in which two teams wrote differently, one after the other. */
export class Conflict {
  detail = $state.raw<Detail | null>(null);
  status = $state<"idle" | "working">("idle");
  failure = $state.raw<BackendError | null>(null);
  /** Fields left for later. */
  postponed = $state.raw<string[]>([]);
  decided = $state(0);

  #backend: Backend;
  #id: string;

  constructor(backend: Backend, encounterId: string) {
    this.#backend = backend;
    this.#id = encounterId;
  }

  /** The field to decide now, or null when none is left. */
  get current(): TwoValues | null {
    // What only describes is shown with its values; nobody has to choose.
    const asked = this.detail?.two_values.filter(({ kind }) => kind !== "descriptive") ?? [];
    return asked.find(({ field }) => !this.postponed.includes(field)) ?? null;
  }

  async read(): Promise<void> {
    this.failure = null;
    try {
      this.detail = await this.#backend.detail(this.#id);
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  keep(value: StatedValue): Promise<void> {
    return this.#choose(value.choice, null);
  }

  /** Neither of the two: a number that the person states. */
  state(value: number): Promise<void> {
    return this.#choose(null, value);
  }

  later(): void {
    if (this.current) this.postponed = [...this.postponed, this.current.field];
  }

  async #choose(choice: string | null, other: number | null): Promise<void> {
    const field = this.current?.field;
    if (!field || !this.detail || this.status === "working") return;
    this.status = "working";
    this.failure = null;
    try {
      // The choice is authored at the version on screen: a value that arrives meanwhile is not overruled.
      const { version } = this.detail;
      this.detail = await this.#backend.choose({ encounter_id: this.#id, field, version, choice, other });
      this.decided += 1;
    } catch (cause) {
      this.failure = asBackendError(cause);
      if (this.failure.code === "stale_version") this.detail = await this.#backend.detail(this.#id);
    } finally {
      this.status = "idle";
    }
  }
}
