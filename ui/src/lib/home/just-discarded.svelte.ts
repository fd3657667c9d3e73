import type { Backend } from "$lib/backend/backend";
import type { Discarded } from "$lib/backend/bindings";
import { Undoing } from "$lib/shared/undoing.svelte";

/** A draft that was thrown away a moment ago, and its coming back exactly as it was. */
export class JustDiscarded extends Undoing {
  #backend: Backend;
  #draftId: string;
  #onback: () => Promise<void>;

  /** `onback`: called when the draft is there again. */
  constructor(backend: Backend, draftId: string, { undo_until }: Discarded, onback: () => Promise<void>) {
    super(undo_until);
    this.#backend = backend;
    this.#draftId = draftId;
    this.#onback = onback;
  }

  /** What did not come back, of a disk that was full, may be tried again. */
  override get mayUndo(): boolean {
    return (this.undo === "none" || this.undo === "failed") && this.secondsLeft > 0;
  }

  protected override async ask(): Promise<void> {
    await this.#backend.draft_take_back(this.#draftId);
    await this.#onback();
  }
}
