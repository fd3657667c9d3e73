import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError } from "$lib/backend/bindings";
import type { Place } from "$lib/app/navigation.svelte";
import { signalSaved } from "$lib/shared/signal";
import { Form } from "./form.svelte";
import { JustSaved } from "./just-saved.svelte";
import { EVERYTHING, frequentNationalities, suggestionFrom } from "./suggestion";

type FormPlace = Extract<Place, { page: "form" }>;

/** How often the position line is looked at, in milliseconds. */
const POSITION_EVERY_MS = 2_000;
/** How long the receiver is asked at every look, in milliseconds; a form that lies open then spares the battery. */
const POSITION_FOR_MS = 120_000;
/** How often it is asked after that, in milliseconds. Between two answers the last one grows old. */
const POSITION_SELDOM_MS = 15_000;

/** One way through the form: from the first tap to the word "Guardado" and its undo. */
export class FormSession {
  readonly form: Form;
  /** The keys may be shown. A new form shows them at once; one with content waits for it. */
  ready = $state(false);
  failure = $state.raw<BackendError | null>(null);
  saved = $state.raw<JustSaved | null>(null);

  #backend: Backend;
  #place: FormPlace;

  constructor(backend: Backend, place: FormPlace) {
    this.#backend = backend;
    this.#place = place;
    this.form = new Form(backend, { nationality: null, assistance: null });
    this.ready = place.kind === "new" || place.kind === "practice";
  }

  get practice(): boolean {
    return this.#place.kind === "practice" || this.form.draft?.practice === true;
  }

  /** Opens the form and reads what the last record suggests; neither waits for the other. */
  async start(): Promise<void> {
    await Promise.all([this.#open(), this.#suggest()]);
  }

  /** Keeps the position line true until the returned function is called. */
  watchPosition(): () => void {
    void this.form.whereabouts.locate();
    const startedAt = Date.now();
    let askedAt = startedAt;
    const timer = setInterval(() => {
      if (this.saved) return clearInterval(timer);
      const now = Date.now();
      this.form.whereabouts.growOld();
      const every = now - startedAt > POSITION_FOR_MS ? POSITION_SELDOM_MS : 0;
      if (now - askedAt < every) return;
      askedAt = now;
      void this.form.whereabouts.locate();
    }, POSITION_EVERY_MS);
    return () => clearInterval(timer);
  }

  async save(): Promise<void> {
    const saved = await this.form.record();
    if (!saved) return;
    const kind = this.form.draft?.kind === "edit" ? "correction" : "record";
    this.saved = new JustSaved(this.#backend, saved, this.practice ? "practice" : kind);
    signalSaved();
  }

  async #open(): Promise<void> {
    const place = this.#place;
    try {
      if (place.kind === "draft") {
        const draft = (await this.#backend.drafts()).find(({ draft_id }) => draft_id === place.draftId);
        if (!draft) throw { code: "not_found", message: "draft", field: null } satisfies BackendError;
        await this.form.resume(draft);
      } else {
        const encounter_id = place.kind === "edit" ? place.encounterId : null;
        await this.form.start({ kind: place.kind, encounter_id });
        if (place.kind === "same_as_last") this.form.page = 2;
      }
      if (this.form.draftFailure) throw this.form.draftFailure;
      this.ready = true;
    } catch (cause) {
      // Someone may already be counting: the form stays, and saving will say what is wrong.
      if (!this.ready) this.failure = asBackendError(cause);
    }
  }

  async #suggest(): Promise<void> {
    try {
      const [{ rows }, own] = await Promise.all([
        this.#backend.rows(EVERYTHING),
        this.#backend.same_as_last(),
      ]);
      // As on the first page: one's own last record, however many of other patrols came by a sync.
      const last = own ?? (rows[0] ? (await this.#backend.detail(rows[0].encounter_id)).capture : null);
      this.form.suggest(suggestionFrom(last, frequentNationalities(rows)));
    } catch {
      // Without a suggestion the form is complete; it only asks for one tap more.
    }
  }
}
