import type { DraftSave } from "$lib/backend/bindings";

/**
 * Saves a draft at every tap without ever losing one: one save is on its way at a time,
 * of those waiting only the latest is sent, and `flush` ends when nothing is left.
 */
export class DraftQueue {
  #save: (draft: DraftSave) => Promise<unknown>;
  #waiting: DraftSave | null = null;
  #running: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(save: (draft: DraftSave) => Promise<unknown>) {
    this.#save = save;
  }

  /** Takes the newest state of the draft; an older one that has not left yet is forgotten. */
  push(draft: DraftSave): void {
    this.#waiting = draft;
    this.#running ??= this.#run();
  }

  /** Waits until the newest state is kept. Rejects if it could not be. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running;
    if (this.#failure !== null) {
      const failure = this.#failure;
      this.#failure = null;
      throw failure;
    }
  }

  async #run(): Promise<void> {
    while (this.#waiting) {
      const next = this.#waiting;
      this.#waiting = null;
      try {
        await this.#save(next);
        this.#failure = null;
      } catch (cause) {
        this.#failure = cause;
      }
    }
    this.#running = null;
  }
}
