import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Detail, Draft, Row } from "$lib/backend/bindings";
import { nationalityTotal } from "$lib/form/composition";
import { JustSaved } from "$lib/form/just-saved.svelte";
import { Loading } from "$lib/shared/loading.svelte";
import { signalSaved } from "$lib/shared/signal";

/** How many records the first page shows. */
const SHOWN = 5;
/** How far back one's own last record is looked for, as the device does for "Igual que el anterior". */
const LOOKED_AT = 50;

/** A record that the next one may begin as: one's own, and still standing. */
export const isRepeatable = ({ author_is_me, status }: Row): boolean =>
  author_is_me && status !== "voided" && status !== "withdrawn" && status !== "merged";

/** Something of it was tapped. What only came filled in, or was taken back whole, is nobody's work. */
const isTouched = ({ confirmed, kind, people }: Draft): boolean =>
  confirmed.length > 0 || (kind === "new" && people > 0);

/**
 * It may be made a record as it is. A strip of paper tells of a time before now and of people somebody named: without a
 * time one would be made up for it, and people under no nationality may be a name that was not understood.
 */
export const isRecordable = ({ capture }: Draft): boolean =>
  capture.capture_mode !== "paper" ||
  (Boolean(capture.occurred_at) && nationalityTotal(capture.composition ?? {}, "XXX") === 0);

/** What the first page shows, read again whenever records change. */
export class Home {
  rows = $state.raw<Row[]>([]);
  total = $state(0);
  drafts = $state.raw<Draft[]>([]);
  /** The short codes of records whose correction was not finished. */
  codes = $state.raw<Record<string, string>>({});
  /** The last record in full, for "Igual que el anterior". */
  last = $state.raw<Detail | null>(null);
  twoValues = $state(0);
  readonly loading = new Loading();
  /** The draft that was made a record here last. */
  saved = $state.raw<JustSaved | null>(null);
  /** Which act on this page did not happen, and why. */
  failure = $state.raw<{ act: "save" | "discard"; error: BackendError } | null>(null);

  #backend: Backend;
  #isActing = false;
  #openedAt = Date.now();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Reads everything and listens. Returns how to stop. */
  start(): () => void {
    void this.read();
    void this.#sweep();
    return this.#backend.on("records_changed", () => void this.read());
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      const filter = {
        patrol_id: null,
        day: null,
        nationality: null,
        cell: null,
        counted: null,
        text: null,
        offset: 0,
      };
      const [page, drafts, two] = await Promise.all([
        this.#backend.rows({ ...filter, state: "all", limit: LOOKED_AT }),
        this.#backend.drafts(),
        this.#backend.rows({ ...filter, state: "two_values", limit: 1 }),
      ]);
      const mine = page.rows.find(isRepeatable);
      this.last = mine ? await this.#backend.detail(mine.encounter_id) : null;
      this.rows = page.rows.slice(0, SHOWN);
      this.total = page.total;
      this.drafts = drafts.filter(isTouched);
      this.codes = await this.#codesOf(this.drafts, page.rows);
      this.twoValues = two.total;
    });
  }

  /**
   * Throws away forms that were only looked at when the phone locked itself. What was begun since this page opened may
   * be under a finger now.
   */
  async #sweep(): Promise<void> {
    try {
      const left = (await this.#backend.drafts()).filter(
        (draft) => !isTouched(draft) && Date.parse(draft.started_at) < this.#openedAt,
      );
      await Promise.all(left.map(({ draft_id }) => this.#backend.draft_discard(draft_id)));
    } catch {
      // They are not shown, and there is a next time.
    }
  }

  async #codesOf(drafts: Draft[], rows: Row[]): Promise<Record<string, string>> {
    const ids = drafts.map(({ encounter_id }) => encounter_id).filter((id): id is string => id !== null);
    const codeOf = async (id: string) => {
      const row = rows.find(({ encounter_id }) => encounter_id === id);
      return (row ?? (await this.#backend.detail(id)).row).short_code;
    };
    // A record that is not here any more has no code to name; the draft is offered all the same.
    const codes = await Promise.all(ids.map((id) => codeOf(id).catch(() => "")));
    return Object.fromEntries(ids.map((id, index) => [id, codes[index] ?? ""]));
  }

  /** Makes a record of a draft as it is, and says so as a form does. False when it was not saved. */
  async recordDraft({ draft_id, kind, practice }: Draft): Promise<boolean> {
    return this.#act("save", async () => {
      const saved = await this.#backend.draft_record(draft_id);
      const made = kind === "edit" ? "correction" : "record";
      this.saved = new JustSaved(this.#backend, saved, practice ? "practice" : made);
      signalSaved();
    });
  }

  async discardDraft(draftId: string): Promise<boolean> {
    return this.#act("discard", () => this.#backend.draft_discard(draftId));
  }

  /** One act at a time: the second tap of a double one finds the first under way. */
  async #act(name: "save" | "discard", act: () => Promise<unknown>): Promise<boolean> {
    if (this.#isActing) return false;
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
