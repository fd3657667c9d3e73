import type { Backend } from "$lib/backend/backend";
import type { Saved } from "$lib/backend/bindings";
import { peopleInWords } from "$lib/records/row-words";
import { Undoing } from "$lib/shared/undoing.svelte";
import { t } from "$lib/text/text.svelte";

/** What a save made: a record, a correction of one, or practice that never counts. */
export type SavedKind = "record" | "correction" | "practice";

/** What was saved a moment ago, in words, and its undoing. */
export class JustSaved extends Undoing {
  #backend: Backend;

  constructor(
    backend: Backend,
    readonly saved: Saved,
    readonly kind: SavedKind,
  ) {
    super(saved.undo_until);
    this.#backend = backend;
  }

  get people(): string {
    return peopleInWords(this.saved.row.people);
  }

  /** Practice, and a correction that altered nothing, leave nothing that could be taken back. */
  get offersUndo(): boolean {
    return this.kind !== "practice" && !this.saved.unchanged && this.undo !== "undone";
  }

  /** What is certain now. */
  get title(): string {
    return t(this.saved.unchanged ? "saved.unchanged" : "saved.title");
  }

  /** What undoing did: a record counts no more, a corrected one is as it was. */
  get undone(): string {
    return t(this.kind === "correction" ? "saved.undone_correction" : "saved.undone");
  }

  get undoFailed(): string {
    return t(this.kind === "correction" ? "saved.undo_failed_correction" : "saved.undo_failed");
  }

  /** What a screen reader says unasked. */
  get spoken(): string {
    if (this.undo === "undone") return this.undone;
    return `${this.title}. ${this.people}. ${this.saved.row.short_code}`;
  }

  protected override ask(): Promise<unknown> {
    return this.#backend.undo(this.saved.row.encounter_id);
  }
}
