import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Choice, Decide, Detail, Repeat } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

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

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    void this.read();
    return this.#backend.on("records_changed", () => void this.read());
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      this.decide = await this.#backend.decide();
    });
  }

  postpone(encounterId: string, field: string): void {
    this.postponed = [...this.postponed, `${encounterId}/${field}`];
  }

  /** Asks about a field again that was left for later. */
  takeUp(encounterId: string, field: string): void {
    this.postponed = this.postponed.filter((one) => one !== `${encounterId}/${field}`);
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

  /** Settles a field at the version that was shown. */
  choose(choice: Choice): Promise<void> {
    return this.#act(() => this.#backend.choose(choice));
  }

  /** Says that a pair tells of other people, on every device. */
  tellApart({ a, b }: Repeat): Promise<void> {
    return this.#act(() => this.#backend.tell_apart({ first: a.encounter_id, second: b.encounter_id }));
  }

  /** Takes that back. */
  takeBack({ a, b }: Repeat): Promise<void> {
    return this.#act(() => this.#backend.take_back_apart({ first: a.encounter_id, second: b.encounter_id }));
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
    } finally {
      this.status = "idle";
    }
    await this.read();
  }

  get isEmpty(): boolean {
    const { decide } = this;
    if (!decide) return false;
    const { two_values, incomplete, possible_repeats, refused } = decide;
    return [two_values, incomplete, possible_repeats, refused].every((list) => list.length === 0);
  }
}
