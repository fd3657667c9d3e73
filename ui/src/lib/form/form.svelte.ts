import { asBackendError, type Backend } from "$lib/backend/backend";
import type {
  BackendError,
  Capture,
  Draft,
  DraftStart,
  PositionState,
  Reach,
  Saved,
} from "$lib/backend/bindings";
import {
  COUNT_MAX,
  countOf,
  minors,
  nationalityTotal,
  onlyMinors,
  tidy,
  total,
  withCount,
  withTotal,
  type Composition,
  type QuickCell,
} from "./composition";
import { withoutNeed } from "./needs";
import { aged } from "./position-age";
import { DraftQueue } from "./draft-queue";

/** The pages of the form. */
export type FormPage = 1 | 2;

/** The fields that taps of page 1 touch. */
const OF_PAGE_1 = ["composition", "composition.nationality"];

/** What the form offers before anything is tapped, from the records already on the phone. */
export interface Suggestion {
  /** Nationality of the last record, or the most frequent one. */
  nationality: string | null;
  /** The assistance of the last record, offered as one chip. */
  assistance: Capture["assistance"] | null;
}

/** A form in progress. Every change is kept as a draft; only `record` makes it a record. */
export class Form {
  draft = $state.raw<Draft | null>(null);
  page = $state<FormPage>(1);
  capture = $state.raw<Capture>({ composition: {}, needs: null, assistance: {} });
  /** Field names that the person touched. */
  confirmed = $state.raw<string[]>([]);
  /** The nationality that the counters count for now. */
  nationality = $state<string>("XXX");
  /** The next counter tap takes one away. */
  taking = $state(false);
  position = $state.raw<PositionState>({ state: "searching", position: null });
  status = $state<"open" | "saving" | "saved">("open");
  /** Why the last save did not happen. What was tapped stays. */
  failure = $state.raw<BackendError | null>(null);
  /** Why the draft could not be kept, while that is so. */
  draftFailure = $state.raw<BackendError | null>(null);
  /** People who have just gone over from the suggested nationality to the tapped one, until the next tap. */
  moved = $state.raw<{ people: number; from: string; to: string } | null>(null);
  suggestion = $state.raw<Suggestion>({ nationality: null, assistance: null });

  /** What the receiver said last, and when. */
  #told: { position: PositionState; at: number } | null = null;
  #backend: Backend;
  #queue: DraftQueue;
  /** What the draft is asked for with, until there is one. */
  #request: DraftStart | null = null;
  #opening: Promise<void> | null = null;
  /** The newest state of the draft is not on disk. */
  #isBehind = false;
  #past: { composition: Composition; nationality: string; confirmed: string[] }[] = $state.raw([]);

  constructor(backend: Backend, suggestion: Suggestion) {
    this.#backend = backend;
    this.suggestion = suggestion;
    if (suggestion.nationality) this.nationality = suggestion.nationality;
    this.#queue = new DraftQueue(async (draft) => {
      try {
        await backend.draft_save(draft);
        this.draftFailure = null;
        this.#isBehind = false;
      } catch (cause) {
        this.draftFailure = asBackendError(cause);
        this.#isBehind = true;
        throw cause;
      }
    });
  }

  /**
   * Opens the form. An empty one asks for its draft with the first tap: looking leaves nothing behind. Taps made before
   * the draft arrives are kept and written to it.
   */
  start(request: DraftStart): Promise<void> {
    this.#request = request;
    return this.#startsEmpty ? Promise.resolve() : this.#begin();
  }

  get #startsEmpty(): boolean {
    return this.#request?.kind === "new" || this.#request?.kind === "practice";
  }

  /** Goes on with a draft. */
  resume(draft: Draft): Promise<void> {
    return this.#open(() => Promise.resolve(draft));
  }

  /** Takes a suggestion that arrived after the form opened; what the person already chose stays. */
  suggest(suggestion: Suggestion): void {
    this.suggestion = suggestion;
    const untouched = this.confirmed.length === 0 && this.people === 0;
    if (untouched && suggestion.nationality) this.nationality = suggestion.nationality;
  }

  get composition(): Composition {
    return this.capture.composition ?? {};
  }

  get people(): number {
    return total(this.composition);
  }

  /** The nationality filled in by the app that nobody has confirmed yet. */
  get unconfirmed(): string | null {
    const chosen = this.draft?.kind === "edit" || this.draft?.kind === "same_as_last";
    return chosen || this.confirmed.includes("composition.nationality") ? null : this.nationality;
  }

  /** The group is only minors: the form asks whether they are alone. */
  get asksAlone(): boolean {
    return onlyMinors(this.composition);
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  /** Counts for this nationality from now on; people counted while it was only suggested move with it. */
  choose(nationality: string): void {
    this.#remember();
    const suggested = this.unconfirmed;
    let composition = this.composition;
    if (suggested !== null && suggested !== nationality) {
      const moved = composition[suggested];
      if (moved) {
        const { [suggested]: _moved, ...rest } = composition;
        composition = { ...rest, [nationality]: { ...rest[nationality], ...moved } };
      }
    }
    const people = suggested === null ? 0 : nationalityTotal(this.composition, suggested);
    this.nationality = nationality;
    this.#change({ composition }, "composition.nationality");
    if (suggested !== null && suggested !== nationality && people > 0)
      this.moved = { people, from: suggested, to: nationality };
  }

  /** One more under a counter, or one less after the minus key. */
  tap(cell: QuickCell): void {
    const step = this.taking ? -1 : 1;
    this.taking = false;
    this.setCount(cell, countOf(this.composition, this.nationality, cell) + step);
  }

  setCount(cell: QuickCell, count: number): void {
    const bounded = Math.min(COUNT_MAX, Math.max(0, count));
    this.#remember();
    this.#change(
      { composition: withCount(this.composition, this.nationality, cell, bounded) },
      "composition",
    );
  }

  setTotal(people: number): void {
    this.#remember();
    this.#change({ composition: withTotal(this.composition, this.nationality, people) }, "composition");
  }

  /** Takes back the last tap of page 1. */
  undoTap(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.moved = null;
    this.nationality = last.nationality;
    // What was answered on page 2 meanwhile stays answered.
    const others = this.confirmed.filter((field) => !OF_PAGE_1.includes(field));
    this.confirmed = [...new Set([...last.confirmed, ...others])];
    this.capture = { ...this.capture, composition: last.composition };
    this.#countAlone();
    this.#keep();
  }

  /** The whole group got it, or nobody did. */
  toggleAssistance(code: string): void {
    const { [code]: present, ...rest } = this.capture.assistance ?? {};
    this.#change({ assistance: present === undefined ? { ...rest, [code]: "all" } : rest }, "assistance");
  }

  /** That many got it. */
  setReach(code: string, reach: Reach): void {
    this.#change({ assistance: { ...this.capture.assistance, [code]: reach } }, "assistance");
  }

  /** The last set, by one chip; again takes it away. A part that was typed stays as it was typed, both times. */
  toggleLastSet(): void {
    const set = this.suggestion.assistance ?? {};
    const codes = Object.keys(set);
    if (this.hasLastSet) {
      const rest = Object.entries(this.capture.assistance ?? {}).filter(
        ([code, reach]) => !codes.includes(code) || reach !== "all",
      );
      this.#change({ assistance: Object.fromEntries(rest) }, "assistance");
      return;
    }
    const all = Object.fromEntries(codes.map((code) => [code, "all" as const]));
    this.#change({ assistance: { ...all, ...this.capture.assistance } }, "assistance");
  }

  get hasLastSet(): boolean {
    const codes = Object.keys(this.suggestion.assistance ?? {});
    return codes.length > 0 && codes.every((code) => this.capture.assistance?.[code] !== undefined);
  }

  noNeeds(): void {
    const none = this.capture.needs && Object.keys(this.capture.needs).length === 0;
    this.#change({ needs: none ? null : {} }, "needs");
  }

  /** How many have a need; none takes it away. */
  setNeed(code: string, people: number): void {
    const { needs } = this.capture;
    this.#change({ needs: people > 0 ? { ...needs, [code]: people } : withoutNeed(needs, code) }, "needs");
  }

  /** The answer to "Sólo hay menores. ¿Van solos?". */
  answerAlone(alone: boolean): void {
    const { needs } = this.capture;
    const all = { ...needs, uac: minors(this.composition) };
    this.#change({ needs: alone ? all : withoutNeed(needs, "uac") }, "needs", "alone");
  }

  /** Any other field, from the page "Más". */
  set(changes: Partial<Capture>, field: string): void {
    this.#change(changes, field);
  }

  turn(page: FormPage): void {
    this.page = page;
    this.moved = null;
    if (this.confirmed.length > 0) this.#keep();
  }

  /** Makes it a record. Null means that it was not saved, and `failure` says why. */
  async record(): Promise<Saved | null> {
    if (this.status !== "open") return null;
    this.status = "saving";
    this.failure = null;
    try {
      const { draft_id } = await this.#keepAll();
      const saved = await this.#backend.draft_record(draft_id);
      this.status = "saved";
      return saved;
    } catch (cause) {
      this.failure = asBackendError(cause);
      this.status = "open";
      return null;
    }
  }

  /**
   * Keeps all taps, for leaving the form; false when they could not be, and `draftFailure` says why. A form that was
   * only looked at leaves no draft behind.
   */
  async settle(): Promise<boolean> {
    if (this.status === "saved") return true;
    await this.#opening;
    if (this.confirmed.length === 0) {
      await this.#queue.flush().catch(() => undefined);
      if (this.draft) await this.#backend.draft_discard(this.draft.draft_id).catch(() => undefined);
      return true;
    }
    await this.#keepAll().catch(() => undefined);
    return this.draft !== null && !this.#isBehind;
  }

  /** Asks where the phone is, for the position line. Saving never waits for it. */
  async locate(): Promise<void> {
    try {
      this.#told = { position: await this.#backend.position(), at: Date.now() };
    } catch {
      // What was told before is still known, and grows old.
    }
    this.growOld();
  }

  /** Keeps the position line true between two answers. */
  growOld(): void {
    if (this.#told) this.position = aged(this.#told.position, Date.now() - this.#told.at);
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

  /** Writes the newest state of the draft, beginning one where there is none, and waits for it. */
  async #keepAll(): Promise<Draft> {
    await this.#opening;
    await this.#begin();
    if (!this.draft) throw this.draftFailure ?? new Error();
    this.#keep();
    await this.#queue.flush();
    return this.draft;
  }

  async #open(get: () => Promise<Draft>): Promise<void> {
    try {
      const draft = await get();
      this.draftFailure = null;
      this.draft = draft;
      if (this.#startsEmpty || this.confirmed.length > 0) {
        // The person was faster than the disk: what they tapped stands over what came filled in.
        this.capture = { ...draft.capture, ...this.capture };
        this.#keep();
        return;
      }
      this.capture = {
        needs: null,
        assistance: {},
        ...draft.capture,
        composition: draft.capture.composition ?? {},
      };
      this.confirmed = draft.confirmed;
      this.page = draft.page === 2 ? 2 : 1;
      this.nationality = Object.keys(this.composition).at(-1) ?? this.nationality;
    } catch (cause) {
      this.draftFailure = asBackendError(cause);
    }
  }

  #remember(): void {
    const before = {
      composition: this.composition,
      nationality: this.nationality,
      confirmed: this.confirmed,
    };
    this.#past = [...this.#past.slice(-99), before];
  }

  #change(changes: Partial<Capture>, ...fields: string[]): void {
    this.moved = null;
    this.capture = { ...this.capture, ...changes };
    this.confirmed = [...new Set([...this.confirmed, ...fields])];
    if (changes.composition) this.#countAlone();
    this.#keep();
  }

  /** Minors who were said to be alone are all of them alone, as long as nobody else is counted; never more than there are. */
  #countAlone(): void {
    const { needs } = this.capture;
    if (needs?.uac === undefined || !this.confirmed.includes("alone")) return;
    const there = minors(this.composition);
    const uac = this.asksAlone ? there : Math.min(needs.uac, there);
    this.capture = { ...this.capture, needs: uac > 0 ? { ...needs, uac } : withoutNeed(needs, "uac") };
    // With nobody to be alone the answer is none.
    if (uac === 0) this.confirmed = this.confirmed.filter((field) => field !== "alone");
  }

  #keep(): void {
    if (!this.draft) return void this.#begin();
    const keep = this.draft.kind === "edit" ? (this.draft.capture.composition ?? {}) : {};
    this.#queue.push({
      draft_id: this.draft.draft_id,
      capture: { ...this.capture, composition: tidy(this.composition, keep) },
      confirmed: this.confirmed,
      page: this.page,
    });
  }
}
