import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Capture, Draft, DraftSave, DraftStart, Saved } from "$lib/backend/bindings";
import { tidy, type Composition } from "./composition";
import { Counting } from "./counting.svelte";
import { Done } from "./done";
import { DraftKeeper } from "./draft-keeper.svelte";
import { Stated } from "./stated.svelte";
import { Whereabouts } from "./whereabouts.svelte";

/** The pages of the form. */
export type FormPage = 1 | 2;

/** What the form offers before anything is tapped, from the records already on the phone. */
export interface Suggestion {
  /** Nationality of the last record, or the most frequent one. */
  nationality: string | null;
  /** The assistance of the last record, offered as one chip. */
  assistance: Capture["assistance"] | null;
}

/** A form in progress. Every change is kept as a draft; only `record` makes it a record. */
export class Form {
  page = $state<FormPage>(1);
  status = $state<"open" | "saving" | "saved">("open");
  /** Why the last save did not happen. What was tapped stays. */
  failure = $state.raw<BackendError | null>(null);
  suggestion = $state.raw<Suggestion>({ nationality: null, assistance: null });

  readonly counting: Counting;
  readonly done: Done;
  readonly whereabouts: Whereabouts;

  #stated = new Stated(() => {
    if (this.confirmed.length > 0) this.#tappedAt ??= Date.now();
    this.#keeper.keep();
  });
  /** When something was first tapped since the form was opened here. */
  #tappedAt = $state<number | null>(null);
  #keeper: DraftKeeper;
  #backend: Backend;
  /** Ends when the save that is under way is done or has failed. */
  #recording: Promise<unknown> = Promise.resolve();

  constructor(backend: Backend, suggestion: Suggestion) {
    this.#backend = backend;
    this.suggestion = suggestion;
    this.#keeper = new DraftKeeper(backend, {
      take: (draft) => this.#take(draft),
      give: (draft) => this.#give(draft),
      isUntouched: () => this.confirmed.length === 0,
    });
    this.counting = new Counting(
      this.#stated,
      () => this.draft?.kind === "edit" || this.draft?.kind === "same_as_last",
    );
    this.done = new Done(this.#stated, () => this.suggestion.assistance);
    this.whereabouts = new Whereabouts(backend);
    if (suggestion.nationality) this.counting.nationality = suggestion.nationality;
  }

  /** Opens the form, with a draft of its own once there is something to keep. */
  start(request: DraftStart): Promise<void> {
    return this.#keeper.start(request);
  }

  /** Goes on with a draft. */
  resume(draft: Draft): Promise<void> {
    return this.#keeper.resume(draft);
  }

  /** Takes a suggestion that arrived after the form opened; what the person already chose stays. */
  suggest(suggestion: Suggestion): void {
    this.suggestion = suggestion;
    const untouched = this.confirmed.length === 0 && this.people === 0;
    if (untouched && suggestion.nationality) this.counting.nationality = suggestion.nationality;
  }

  get draft(): Draft | null {
    return this.#keeper.draft;
  }

  /** Why the draft could not be kept, while that is so. */
  get draftFailure(): BackendError | null {
    return this.#keeper.failure;
  }

  /** When something was first tapped, here or before a break, as milliseconds of the epoch; null before. */
  get firstTapAt(): number | null {
    const kept = this.draft?.first_tap_at;
    return kept ? Date.parse(kept) : this.#tappedAt;
  }

  get capture(): Capture {
    return this.#stated.capture;
  }

  /** Field names that the person touched. */
  get confirmed(): string[] {
    return this.#stated.confirmed;
  }

  get composition(): Composition {
    return this.#stated.composition;
  }

  get people(): number {
    return this.#stated.people;
  }

  /** The group is only minors: the form asks whether they are alone. */
  get asksAlone(): boolean {
    return this.#stated.asksAlone;
  }

  /** What was typed that no field can hold yet, by names of the page. */
  get unread(): Record<string, string> {
    return this.#stated.unread;
  }

  /** Any field that has no key of its own, from the page "Más" or from paper, with what it cannot hold yet. */
  set(changes: Partial<Capture>, field: string, unread: Record<string, string | null> = {}): void {
    this.#stated.remember(unread);
    this.#stated.change(changes, field);
  }

  /** Keeps what no field can hold yet, without anything being stated. */
  remember(unread: Record<string, string | null>): void {
    this.#stated.remember(unread);
    this.#keeper.keep();
  }

  turn(page: FormPage): void {
    this.page = page;
    this.counting.moved = null;
    if (this.confirmed.length > 0) this.#keeper.keep();
  }

  /** Makes it a record. Null means that it was not saved, and `failure` says why. */
  async record(): Promise<Saved | null> {
    if (this.status !== "open") return null;
    const saving = this.#record();
    this.#recording = saving;
    return saving;
  }

  async #record(): Promise<Saved | null> {
    this.status = "saving";
    this.failure = null;
    try {
      const { draft_id } = await this.#keeper.keepAll();
      const saved = await this.#backend.draft_record(draft_id);
      this.status = "saved";
      return saved;
    } catch (cause) {
      this.failure = asBackendError(cause);
      this.status = "open";
      return null;
    }
  }

  /** The person has read what failed. */
  forgive(): void {
    this.failure = null;
    this.#keeper.failure = null;
  }

  /** Keeps all taps, for leaving the form; false when they could not be, and `draftFailure` says why. */
  async settle(): Promise<boolean> {
    await this.#recording;
    return this.status === "saved" || this.#keeper.settle();
  }

  /** The draft to come back to when another page lies on top; null where nothing is kept or it is a record by now. */
  get kept(): Draft | null {
    return this.status !== "saved" && this.confirmed.length > 0 ? this.draft : null;
  }

  /** What a draft holds is stated, unless the person was faster. */
  #take(draft: Draft): void {
    if (this.#keeper.startsEmpty || this.confirmed.length > 0) {
      // The person was faster than the disk: what they tapped stands over what came filled in.
      this.#stated.capture = { ...draft.capture, ...this.capture };
      return this.#keeper.keep();
    }
    const composition = draft.capture.composition ?? {};
    this.#stated.capture = { needs: null, assistance: {}, ...draft.capture, composition };
    this.#stated.confirmed = draft.confirmed;
    this.#stated.unread = draft.unread ?? {};
    this.page = draft.page === 2 ? 2 : 1;
    this.counting.nationality = Object.keys(composition).at(-1) ?? this.counting.nationality;
  }

  #give({ draft_id, kind, capture }: Draft): DraftSave {
    const keep = kind === "edit" ? (capture.composition ?? {}) : {};
    const composition = tidy(this.composition, keep);
    return {
      draft_id,
      capture: { ...this.capture, composition },
      confirmed: this.confirmed,
      page: this.page,
      unread: this.unread,
    };
  }
}
