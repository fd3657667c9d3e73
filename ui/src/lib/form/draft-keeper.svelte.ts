import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Draft, DraftSave, DraftStart } from "$lib/backend/bindings";
import { DraftQueue } from "./draft-queue";

/** What a keeper asks of its form. */
export interface DraftContents {
  /** Takes over what a draft holds. */
  take(draft: Draft): void;
  /** The newest state, for the disk. */
  give(draft: Draft): DraftSave;
  /** Nothing was touched: there is nothing to keep. */
  isUntouched(): boolean;
}

/** Keeps a form's draft on disk: asks for it, writes every change, and knows when that did not go well. */
export class DraftKeeper {
  draft = $state.raw<Draft | null>(null);
  /** Why the draft could not be kept, while that is so. */
  failure = $state.raw<BackendError | null>(null);

  #backend: Backend;
  #contents: DraftContents;
  #queue: DraftQueue;
  /** What the draft is asked for with, until there is one. */
  #request: DraftStart | null = null;
  #opening: Promise<void> | null = null;
  /** The newest state of the draft is not on disk. */
  #isBehind = false;

  constructor(backend: Backend, contents: DraftContents) {
    this.#backend = backend;
    this.#contents = contents;
    this.#queue = new DraftQueue((draft) => this.#write(draft));
  }

  /**
   * Opens the form. An empty one asks for its draft with the first tap: looking leaves nothing behind. Taps made before
   * the draft arrives are kept and written to it.
   */
  start(request: DraftStart): Promise<void> {
    this.#request = request;
    return this.startsEmpty ? Promise.resolve() : this.#begin();
  }

  get startsEmpty(): boolean {
    return this.#request?.kind === "new" || this.#request?.kind === "practice";
  }

  /** Goes on with a draft. */
  resume(draft: Draft): Promise<void> {
    return this.#open(() => Promise.resolve(draft));
  }

  /** Has the newest state written, beginning a draft where there is none. Nobody waits for it. */
  keep(): void {
    if (!this.draft) return void this.#begin();
    this.#queue.push(this.#contents.give(this.draft));
  }

  /** Writes the newest state of the draft, beginning one where there is none, and waits for it. */
  async keepAll(): Promise<Draft> {
    await this.#opening;
    await this.#begin();
    if (!this.draft) throw this.failure ?? new Error();
    this.keep();
    await this.#queue.flush();
    return this.draft;
  }

  /**
   * Keeps all taps, for leaving the form; false when they could not be, and `failure` says why. A form that was only
   * looked at leaves no draft behind.
   */
  async settle(): Promise<boolean> {
    await this.#opening;
    if (this.#contents.isUntouched()) {
      await this.#queue.flush().catch(() => undefined);
      if (this.draft) await this.#backend.draft_discard(this.draft.draft_id).catch(() => undefined);
      return true;
    }
    await this.keepAll().catch(() => undefined);
    return this.draft !== null && !this.#isBehind;
  }

  /** Asks for the draft, again if it could not be had before. One question is on its way at a time. */
  #begin(): Promise<void> {
    const request = this.#request;
    if (!request || this.draft) return Promise.resolve();
    this.#opening ??= this.#open(() => this.#backend.draft_start(request)).finally(
      () => (this.#opening = null),
    );
    return this.#opening;
  }

  async #open(get: () => Promise<Draft>): Promise<void> {
    try {
      const draft = await get();
      this.failure = null;
      this.draft = draft;
      this.#contents.take(draft);
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  async #write(draft: DraftSave): Promise<void> {
    try {
      await this.#backend.draft_save(draft);
      this.failure = null;
      this.#isBehind = false;
    } catch (cause) {
      this.failure = asBackendError(cause);
      this.#isBehind = true;
      throw cause;
    }
  }
}
