import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Choice, Decide, Detail, Repeat } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";
import { Standing } from "$lib/shared/standing.svelte";

/** Pairs that are shown at first. */
const FIRST_PAIRS = 10;
/** Pairs that are shown with each further wish. */
const MORE_PAIRS = 20;

/** Names a pair. */
export function keyOf({ a, b }: Repeat): string {
  return `${a.encounter_id}/${b.encounter_id}`;
}

/** What waits for the commander. */
export class DecidePage {
  decide = $state.raw<Decide | null>(null);
  readonly loading = new Loading();
  failure = $state.raw<BackendError | null>(null);
  status = $state<"idle" | "working">("idle");
  /** Fields left for later in this visit. */
  postponed = $state.raw<string[]>([]);

  /** The pair that is compared, with both records in full. */
  compared = $state.raw<{ key: string; details: [Detail, Detail] } | null>(null);

  /** Whether a question or a pair has just taken the place of another one. */
  readonly standing = new Standing();

  #backend: Backend;
  /** How many pairs are looked at. */
  #pairs = FIRST_PAIRS;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", () => void this.read());
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      this.decide = await this.#backend.decide(this.#pairs);
      this.#noteOrder();
    });
  }

  /** Pairs that meet the rule and are not shown yet. */
  get pairsLeft(): number {
    const repeats = this.decide?.possible_repeats;
    return repeats ? repeats.meet_rule - repeats.pairs.length : 0;
  }

  /** Shows the next pairs too. */
  async showMorePairs(): Promise<void> {
    this.#pairs += MORE_PAIRS;
    await this.read();
  }

  postpone(encounterId: string, field: string): void {
    this.postponed = [...this.postponed, `${encounterId}/${field}`];
    this.#noteOrder();
  }

  /** Asks about a field again that was left for later. */
  takeUp(encounterId: string, field: string): void {
    this.postponed = this.postponed.filter((one) => one !== `${encounterId}/${field}`);
    this.#noteOrder();
  }

  isPostponed(encounterId: string, field: string): boolean {
    return this.postponed.includes(`${encounterId}/${field}`);
  }

  /** Records with two values that are asked about now, each with those fields. */
  get asked(): Decide["two_values"] {
    return this.#twoValues((encounterId, field) => !this.isPostponed(encounterId, field));
  }

  /** Records with two values that were left for later, each with those fields. */
  get later(): Decide["two_values"] {
    return this.#twoValues((encounterId, field) => this.isPostponed(encounterId, field));
  }

  #twoValues(isWanted: (encounterId: string, field: string) => boolean): Decide["two_values"] {
    return (this.decide?.two_values ?? [])
      .map((item) => ({
        ...item,
        fields: item.fields.filter(({ field }) => isWanted(item.row.encounter_id, field)),
      }))
      .filter(({ fields }) => fields.length > 0);
  }

  /** Notes when a question or a pair took the place of another one. */
  #noteOrder(): void {
    const asked = this.asked.flatMap(({ row, fields }) =>
      fields.map(({ field }) => `${row.encounter_id}/${field}`),
    );
    const pairs = (this.decide?.possible_repeats.pairs ?? []).map(keyOf);
    const apart = (this.decide?.told_apart ?? []).map(keyOf);
    this.standing.note([asked, pairs, apart].join(";"));
  }

  /** Settles a field with a value in the list; not with a tap that was meant for the question which stood there before. */
  async keep(choice: Choice): Promise<void> {
    if (!this.standing.hasMoved) await this.choose(choice);
  }

  /** Settles a field at the version that was shown. */
  choose(choice: Choice): Promise<void> {
    return this.#act(() => this.#backend.choose(choice));
  }

  /** Says that a pair tells of other people, on every device; not of one that has just moved up under the finger. */
  async tellApart({ a, b }: Repeat): Promise<void> {
    if (this.standing.hasMoved) return;
    await this.#act(() => this.#backend.tell_apart({ first: a.encounter_id, second: b.encounter_id }));
  }

  /** Takes that back; not for a pair that has just moved up either. */
  async takeBack({ a, b }: Repeat): Promise<void> {
    if (this.standing.hasMoved) return;
    await this.#act(() => this.#backend.take_back_apart({ first: a.encounter_id, second: b.encounter_id }));
  }

  /** Shows both records of a pair in full, side by side; hides them if they are shown. */
  async compare(repeat: Repeat): Promise<void> {
    const key = keyOf(repeat);
    if (this.compared?.key === key) {
      this.compared = null;
      return;
    }
    this.failure = null;
    try {
      const details = [repeat.a, repeat.b].map(({ encounter_id }) => this.#backend.detail(encounter_id));
      const [first, second] = await Promise.all(details);
      if (first && second) this.compared = { key, details: [first, second] };
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  async #act(act: () => Promise<unknown>): Promise<void> {
    if (this.status === "working") return;
    this.status = "working";
    this.failure = null;
    try {
      await act();
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
    // Until it is read anew the page shows what is settled already: a tap there is no further act.
    await this.read();
    this.status = "idle";
  }

  get isEmpty(): boolean {
    const { decide } = this;
    if (!decide) return false;
    const { two_values, incomplete, possible_repeats, refused } = decide;
    return [two_values, incomplete, possible_repeats.pairs, refused].every((list) => list.length === 0);
  }
}
