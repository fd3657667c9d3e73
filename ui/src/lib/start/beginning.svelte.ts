import type { Backend } from "$lib/backend/backend";
import type { AppStatus } from "$lib/backend/bindings";
import { Start } from "./start.svelte";

/** Whether the first start is on screen: it outlives the phone being open already, and begins only once. */
export class Beginning {
  start = $state.raw<Start | null>(null);
  /** It was ended; that the phone is open now may be told later. */
  #isOver = false;

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Hears where the app stands. */
  sees(phase: AppStatus["phase"] | undefined): void {
    if (phase !== "first_start") this.#isOver = false;
    else if (!this.#isOver) this.start ??= new Start(this.#backend);
    // A recovery code that is not on paper yet is shown again to who unlocks.
    if (phase === "locked" && this.start?.step !== "recovery") this.start = null;
  }

  end(): void {
    this.start = null;
    this.#isOver = true;
  }
}
