import { asBackendError, type Backend } from "$lib/backend/backend";
import type { AppStatus, BackendError, PersonTile } from "$lib/backend/bindings";
import { isReadable } from "./new-pin";

/** Opening the phone as one of its people. */
export class Unlock {
  personId = $state<string | null>(null);
  pin = $state("");
  /** Digits on the pad, or a passphrase on the keyboard. */
  mode = $state<"digits" | "phrase">("digits");
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
    this.mode = "digits";
    this.failure = null;
  }

  /** From digits to a passphrase, or back; nothing half typed goes along. */
  turn(mode: Unlock["mode"]): void {
    this.mode = mode;
    this.pin = "";
    this.failure = null;
  }

  digit(digit: string): void {
    if (this.status === "typing" && isReadable(this.pin + digit)) this.pin += digit;
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
