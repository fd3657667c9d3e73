import { asBackendError, type Backend } from "$lib/backend/backend";
import type { AppStatus, BackendError, PersonTile } from "$lib/backend/bindings";

/** The shortest PIN, in digits. */
export const PIN_MIN = 6;
export const PIN_MAX = 12;

/** Opening the phone as one of its people. */
export class Unlock {
  personId = $state<string | null>(null);
  pin = $state("");
  status = $state<"typing" | "working">("typing");
  failure = $state.raw<BackendError | null>(null);

  #backend: Backend;
  #onopen: (status: AppStatus) => void;

  constructor(backend: Backend, people: PersonTile[], onopen: (status: AppStatus) => void) {
    this.#backend = backend;
    this.#onopen = onopen;
    if (people.length === 1) this.personId = people[0]?.person_id ?? null;
  }

  choose(personId: string | null): void {
    this.personId = personId;
    this.pin = "";
    this.failure = null;
  }

  digit(digit: string): void {
    if (this.status === "typing" && this.pin.length < PIN_MAX) this.pin += digit;
  }

  erase(): void {
    this.pin = this.pin.slice(0, -1);
  }

  async open(): Promise<void> {
    if (!this.personId || this.pin.length === 0 || this.status === "working") return;
    this.status = "working";
    this.failure = null;
    const pin = this.pin;
    this.pin = "";
    try {
      this.#onopen(await this.#backend.unlock({ person_id: this.personId, pin }));
    } catch (cause) {
      this.failure = asBackendError(cause);
    } finally {
      this.status = "typing";
    }
  }
}
