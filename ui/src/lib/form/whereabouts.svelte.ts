import type { Backend } from "$lib/backend/backend";
import type { PositionState } from "$lib/backend/bindings";
import { aged } from "./position-age";

/** Where the phone is, for the position line. Saving never waits for it. */
export class Whereabouts {
  position = $state.raw<PositionState>({ state: "searching", position: null });

  /** What the receiver said last, and when. */
  #told: { position: PositionState; at: number } | null = null;
  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async locate(): Promise<void> {
    try {
      this.#told = { position: await this.#backend.position(), at: Date.now() };
    } catch {
      // What was told before is still known, and grows old.
    }
    this.growOld();
  }

  /** Keeps the line true between two answers. */
  growOld(): void {
    if (this.#told) this.position = aged(this.#told.position, Date.now() - this.#told.at);
  }
}
