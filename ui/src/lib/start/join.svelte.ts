import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, Enrolled } from "$lib/backend/bindings";

/** What the phone is doing: being told a code, seeing a QR, asking the server, or showing digits to compare. */
export type JoinStatus = "typing" | "looking" | "working" | "comparing" | "different";

/** Joining a post: a code typed or a QR read, the server asked, six digits compared on both screens. */
export class Join {
  server = $state("");
  code = $state("");
  qr = $state("");
  status = $state<JoinStatus>("typing");
  failure = $state.raw<BackendError | null>(null);
  joined = $state.raw<Enrolled | null>(null);
  /** What the person said of the digits is being kept. */
  answering = $state(false);

  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** There is enough to ask the server with. */
  get ready(): boolean {
    return this.qr.trim() !== "" || (this.server.trim() !== "" && this.code.trim() !== "");
  }

  look(): void {
    this.failure = null;
    this.status = "looking";
  }

  /** Leaves the camera, or begins again after digits that differ. */
  type(): void {
    this.status = "typing";
  }

  /** A QR was read: it says all that is needed. */
  read(invitation: string): Promise<void> {
    this.qr = invitation;
    return this.join();
  }

  async join(): Promise<void> {
    this.status = "working";
    this.failure = null;
    const typed = (value: string) => value.trim() || null;
    try {
      this.joined = await this.#backend.enrol({
        server: typed(this.server),
        code: typed(this.code.toUpperCase()),
        qr: typed(this.qr),
      });
      this.code = "";
      this.status = "comparing";
    } catch (cause) {
      this.failure = asBackendError(cause);
      this.status = "typing";
    } finally {
      // A code works once, also when it came by a QR: the next one is read anew.
      this.qr = "";
    }
  }

  /** Goes on where somebody left it: joined, and the digits not compared yet. */
  resume(joined: Enrolled): void {
    this.joined = joined;
    this.status = "comparing";
  }

  /** Both screens show the same digits: what waits may be handed in. False when that could not be kept. */
  same(): Promise<boolean> {
    return this.#answer(true);
  }

  /** They do not: somebody may be in between, and nothing goes to that server. */
  async differ(): Promise<void> {
    if (await this.#answer(false)) this.status = "different";
  }

  async #answer(isSame: boolean): Promise<boolean> {
    if (this.answering) return false;
    this.answering = true;
    this.failure = null;
    try {
      await this.#backend.digits_compared(isSame);
      return true;
    } catch (cause) {
      this.failure = asBackendError(cause);
      return false;
    } finally {
      this.answering = false;
    }
  }
}
