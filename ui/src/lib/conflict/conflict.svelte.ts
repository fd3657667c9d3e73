import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Detail, StatedValue, TwoValues } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";
import { isDescriptive } from "./stated-words";

/** The fields of one record in which two teams wrote differently, one after the other. */
export class Conflict {
  detail = $state.raw<Detail | null>(null);
  readonly loading = new Loading();
  status = $state<"idle" | "working">("idle");
  failure = $state.raw<BackendError | null>(null);
  /** Fields left for later. */
  postponed = $state.raw<string[]>([]);
  decided = $state(0);

  #backend: Backend;
  #id: string;
  #only: string | null;

  /** Of all fields that somebody must decide, or `only` one: also one that merely describes, which nobody must. */
  constructor(backend: Backend, encounterId: string, only: string | null = null) {
    this.#only = only;
    this.#backend = backend;
    this.#id = encounterId;
  }

  /** The field to decide now, or null when none is left. */
  get current(): TwoValues | null {
    // What only describes is told in the record, beside the value that is shown; it is asked about when it is opened.
    const isAsked = (two: TwoValues) => (this.#only ? two.field === this.#only : !isDescriptive(two));
    const asked = this.detail?.two_values.filter(isAsked) ?? [];
    return asked.find(({ field }) => !this.postponed.includes(field)) ?? null;
  }

  async read(): Promise<void> {
    await this.loading.run(async () => void (this.detail = await this.#backend.detail(this.#id)));
  }

  keep(value: StatedValue): Promise<void> {
    return this.#choose(value.choice, null);
  }

  /** None of those stated: what the person states, as in a capture. */
  state(value: unknown): Promise<void> {
    return this.#choose(null, value);
  }

  later(): void {
    if (this.current) this.postponed = [...this.postponed, this.current.field];
  }

  async #choose(choice: string | null, other: unknown): Promise<void> {
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
      if (this.failure.code === "stale_version") await this.read();
    } finally {
      this.status = "idle";
    }
  }
}
