import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Draft, Row } from "$lib/backend/bindings";
import { JustSaved } from "$lib/form/just-saved.svelte";
import { Loading } from "$lib/shared/loading.svelte";
import { signalSaved } from "$lib/shared/signal";
import { Standing } from "$lib/shared/standing.svelte";
import { JustDiscarded } from "./just-discarded.svelte";

/** Something of it was tapped. What only came filled in, or was taken back whole, is nobody's work. */
const isTouched = ({ confirmed, kind, people }: Draft): boolean =>
  confirmed.length > 0 || (kind === "new" && people > 0);

/** The correction of a record that was begun last and not finished, or null. */
export function unfinishedCorrection(drafts: Draft[], encounterId: string): Draft | null {
  const begun = drafts
    .filter((draft) => draft.kind === "edit" && draft.encounter_id === encounterId && isTouched(draft))
    .sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
  return begun.at(-1) ?? null;
}

/** The forms of a person that were not finished, and what becomes of them. */
export class Unfinished {
  drafts = $state.raw<Draft[]>([]);
  /** The short codes of records whose correction was not finished. */
  codes = $state.raw<Record<string, string>>({});
  readonly loading = new Loading();
  /** Whether another form has just moved up to where one was. */
  readonly standing = new Standing();
  /** The draft that was made a record here last. */
  saved = $state.raw<JustSaved | null>(null);
  /** The drafts that were thrown away here and may come back, the last one first. */
  discarded = $state.raw<JustDiscarded[]>([]);
  /** Which act on this page did not happen, and why. */
  failure = $state.raw<{ act: "save" | "discard"; error: BackendError } | null>(null);

  protected backend: Backend;
  #isActing = false;
  #openedAt = Date.now();

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Reads everything and listens. Returns how to stop. */
  start(): () => void {
    void this.read();
    void this.#sweep();
    return this.backend.on("records_changed", () => void this.read());
  }

  async read(): Promise<void> {
    await this.loading.run(async () => this.take(await this.backend.drafts(), []));
  }

  /** Takes over the forms that were read; for rows that are known already no code is asked. */
  protected async take(drafts: Draft[], rows: Row[]): Promise<void> {
    const touched = drafts.filter(isTouched);
    this.codes = await this.#codesOf(touched, rows);
    this.drafts = touched;
    this.standing.note(touched.map(({ draft_id }) => draft_id).join());
  }

  /**
   * Throws away forms that were only looked at when the phone locked itself. What was begun since this page opened may
   * be under a finger now.
   */
  async #sweep(): Promise<void> {
    try {
      const left = (await this.backend.drafts()).filter(
        (draft) => !isTouched(draft) && Date.parse(draft.started_at) < this.#openedAt,
      );
      await Promise.all(left.map(({ draft_id }) => this.backend.draft_discard(draft_id)));
    } catch {
      // They are not shown, and there is a next time.
    }
  }

  async #codesOf(drafts: Draft[], rows: Row[]): Promise<Record<string, string>> {
    const ids = drafts.map(({ encounter_id }) => encounter_id).filter((id): id is string => id !== null);
    const codeOf = async (id: string) => {
      const row = rows.find(({ encounter_id }) => encounter_id === id);
      return (row ?? (await this.backend.detail(id)).row).short_code;
    };
    // A record that is not here any more has no code to name; the draft is offered all the same.
    const codes = await Promise.all(ids.map((id) => codeOf(id).catch(() => "")));
    return Object.fromEntries(ids.map((id, index) => [id, codes[index] ?? ""]));
  }

  /** Makes a record of a draft as it is, and says so as a form does. False when it was not saved. */
  async recordDraft({ draft_id, kind, practice }: Draft): Promise<boolean> {
    return this.#act("save", async () => {
      const saved = await this.backend.draft_record(draft_id);
      const made = kind === "edit" ? "correction" : "record";
      this.saved = new JustSaved(this.backend, saved, practice ? "practice" : made);
      signalSaved();
    });
  }

  /** Throws a draft away; for some seconds it can be had back. */
  async discardDraft(draftId: string): Promise<boolean> {
    return this.#act("discard", async () => {
      const discarded = await this.backend.draft_discard(draftId);
      const just = new JustDiscarded(this.backend, draftId, discarded, () => this.read());
      this.discarded = [just, ...this.discarded.filter((other) => other.mayUndo)];
    });
  }

  /** One act at a time: the second tap of a double one finds the first under way, or another form in its place. */
  async #act(name: "save" | "discard", act: () => Promise<unknown>): Promise<boolean> {
    if (this.#isActing || this.standing.hasMoved) return false;
    this.#isActing = true;
    this.failure = null;
    try {
      await act();
      await this.read();
      return true;
    } catch (cause) {
      this.failure = { act: name, error: asBackendError(cause) };
      return false;
    } finally {
      this.#isActing = false;
    }
  }
}
