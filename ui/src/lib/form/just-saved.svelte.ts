import type { Backend } from "$lib/backend/backend";
import type { Saved } from "$lib/backend/bindings";
import { peopleInWords } from "$lib/records/row-words";
import { t } from "$lib/text/text.svelte";

/** What a save made: a record, a correction of one, or practice that never counts. */
export type SavedKind = "record" | "correction" | "practice";

/** How often the seconds left for undoing are counted, in milliseconds. */
const COUNTED_EVERY_MS = 250;

/** What was saved a moment ago, in words, and its undoing. */
export class JustSaved {
  /** How undoing went, once tried. */
  undo = $state<"none" | "working" | "undone" | "failed">("none");
  #now = $state(Date.now());
  #backend: Backend;

  constructor(
    backend: Backend,
    readonly saved: Saved,
    readonly kind: SavedKind,
  ) {
    this.#backend = backend;
  }

  /** Counts the seconds down until the returned function is called. */
  watch(): () => void {
    const timer = setInterval(() => (this.#now = Date.now()), COUNTED_EVERY_MS);
    return () => clearInterval(timer);
  }

  get secondsLeft(): number {
    return Math.max(0, Math.ceil((Date.parse(this.saved.undo_until) - this.#now) / 1000));
  }

  get people(): string {
    return peopleInWords(this.saved.row.people);
  }

  /** Practice, and a correction that altered nothing, leave nothing that could be taken back. */
  get offersUndo(): boolean {
    return this.kind !== "practice" && !this.saved.unchanged && this.undo !== "undone";
  }

  get mayUndo(): boolean {
    return this.undo === "none" && this.secondsLeft > 0;
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

  async takeBack(): Promise<void> {
    this.undo = "working";
    try {
      await this.#backend.undo(this.saved.row.encounter_id);
      this.undo = "undone";
    } catch {
      this.undo = "failed";
    }
  }
}
