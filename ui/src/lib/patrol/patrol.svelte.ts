import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError } from "$lib/backend/bindings";

/** Going out and coming back. */
export class PatrolPage {
  trail = $state<string | null>(null);
  setting = $state<string | null>(null);
  direction = $state<string | null>(null);
  /** Who goes along, by their ids. */
  people = $state<string[]>([]);
  status = $state<"idle" | "working">("idle");
  failure = $state.raw<BackendError | null>(null);
  /** A form that was begun on the way waits: that nobody was met is not known yet. */
  unfinished = $state(false);

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  leave(): Promise<boolean> {
    const { trail: trail_id, setting, direction } = this;
    const people = $state.snapshot(this.people);
    return this.#act(
      async () => void (await this.#backend.patrol_leave({ trail_id, setting, direction, people })),
    );
  }

  /** Takes someone along, or leaves someone here. */
  toggle(person: string): void {
    const goes = this.people.includes(person);
    this.people = goes ? this.people.filter((other) => other !== person) : [...this.people, person];
  }

  /** Comes back; without encounters that is said, so that an empty patrol is a figure too. */
  async comeBack(encounters: number): Promise<boolean> {
    const zero_encounters = encounters === 0 && !this.unfinished;
    const back = await this.#act(() => this.#backend.patrol_return({ zero_encounters }));
    if (this.failure?.code === "not_allowed" && this.failure.field === "unfinished") {
      this.unfinished = true;
      this.failure = null;
    }
    return back;
  }

  async #act(act: () => Promise<unknown>): Promise<boolean> {
    this.status = "working";
    this.failure = null;
    try {
      await act();
      return true;
    } catch (cause) {
      this.failure = asBackendError(cause);
      return false;
    } finally {
      this.status = "idle";
    }
  }
}
