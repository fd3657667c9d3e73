import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError } from "$lib/backend/bindings";
import { isReadable, newPinProblem, PIN_MIN } from "$lib/unlock/new-pin";

export const STEPS = ["language", "who", "pin", "code", "recovery", "practice"] as const;
export type Step = (typeof STEPS)[number];
/** How many steps are counted out to the person: the practice record is no step. */
export const COUNTED = STEPS.length - 1;
/** From these steps a person can go back; later the phone is already theirs. */
const RETURNS: Partial<Record<Step, Step>> = { who: "language", pin: "who", code: "pin" };

/** The first start: a person, a PIN or a passphrase, a phone that records from then on. */
export class Start {
  step = $state<Step>("language");
  name = $state("");
  /** Digits on the pad, or a passphrase on the keyboard. */
  mode = $state<"digits" | "phrase">("digits");
  pin = $state("");
  /** The passphrase typed the second time, below the first. */
  again = $state("");
  /** The PIN typed the first time, while it is being typed again. */
  first = $state<string | null>(null);
  differs = $state(false);
  wantsCode = $state(false);
  recoveryCode = $state<string | null>(null);
  status = $state<"typing" | "working">("typing");
  failure = $state.raw<BackendError | null>(null);

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Which step it is, from 1; nothing for the practice record. */
  get number(): number | undefined {
    const number = STEPS.indexOf(this.step) + 1;
    return number > COUNTED ? undefined : number;
  }

  /** The step before this one, if it can still be changed. */
  get before(): Step | undefined {
    return this.status === "typing" ? RETURNS[this.step] : undefined;
  }

  /** Goes one step back. A PIN is chosen anew: half of it is never kept. */
  back(): void {
    const before = this.before;
    if (!before) return;
    this.#forget();
    this.go(before);
  }

  /** From digits to a passphrase, or back; nothing half typed goes along. */
  turn(mode: Start["mode"]): void {
    this.#forget();
    this.failure = null;
    this.mode = mode;
  }

  go(step: Step): void {
    this.failure = null;
    this.step = step;
  }

  digit(digit: string): void {
    this.differs = false;
    if (isReadable(this.pin + digit)) this.pin += digit;
  }

  erase(): void {
    this.pin = this.pin.slice(0, -1);
  }

  /** Whether what was typed so far can be gone on with. */
  get isTyped(): boolean {
    return this.mode === "digits" ? this.pin.length >= PIN_MIN : newPinProblem(this.pin, this.again) === null;
  }

  /** The passphrase was typed twice: go on if the device would take it. */
  phraseTyped(): void {
    if (this.isTyped) this.go("code");
  }

  /** The PIN was typed: ask for it again, or go on if both are the same. */
  pinTyped(): void {
    if (!this.isTyped) return;
    // What was refused before was another PIN.
    this.failure = null;
    if (this.first === null) {
      this.first = this.pin;
      this.pin = "";
      return;
    }
    if (this.first !== this.pin) {
      this.first = null;
      this.pin = "";
      this.differs = true;
      return;
    }
    this.go("code");
  }

  /** Makes the vault and its first person. */
  async begin(wantsCode: boolean): Promise<void> {
    this.wantsCode = wantsCode;
    this.status = "working";
    this.failure = null;
    try {
      const { recovery_code } = await this.#backend.start({
        name: this.name.trim(),
        pin: this.pin,
        post_id: null,
      });
      this.recoveryCode = recovery_code;
      this.#forget();
      this.step = "recovery";
    } catch (cause) {
      const failure = asBackendError(cause);
      this.failure = failure;
      if (failure.code === "pin_too_weak") {
        this.#forget();
        this.step = "pin";
      }
    } finally {
      this.status = "typing";
    }
  }

  #forget(): void {
    [this.pin, this.again, this.first] = ["", "", null];
    this.differs = false;
  }
}
