import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError } from "$lib/backend/bindings";
import { isReadable } from "$lib/unlock/new-pin";

export const STEPS = ["language", "who", "pin", "code", "recovery", "practice"] as const;
export type Step = (typeof STEPS)[number];
/** How many steps are counted out to the person: the practice record is no step. */
export const COUNTED = STEPS.length - 1;
/** From these steps a person can go back; later the phone is already theirs. */
const RETURNS: Partial<Record<Step, Step>> = { who: "language", pin: "who", code: "pin" };

/** The first start: a person, a PIN, a phone that records from then on. */
export class Start {
  step = $state<Step>("language");
  name = $state("");
  pin = $state("");
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
    this.pin = "";
    this.first = null;
    this.differs = false;
    this.go(before);
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

  /** The PIN was typed: ask for it again, or go on if both are the same. */
  pinTyped(): void {
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
      this.pin = "";
      this.first = null;
      this.step = "recovery";
    } catch (cause) {
      const failure = asBackendError(cause);
      this.failure = failure;
      if (failure.code === "pin_too_weak") {
        this.first = null;
        this.pin = "";
        this.step = "pin";
      }
    } finally {
      this.status = "typing";
    }
  }
}
