import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, EnrolCode, Role, Team, Teams } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** How long after an answer the page asks again by itself at the earliest, in milliseconds: each question is a connection. */
const WAIT_MS = 2_000;

/** One joining of a device: with another one its digits and its time are new, its id may not be. */
const joining = ({ device_id, enrolled_at, digits }: Team) => `${device_id}/${enrolled_at}/${digits}`;

/** The post's devices: who has one, when it last answered, how to add and to cut off one. */
export class TeamsPage {
  teams = $state.raw<Team[]>([]);
  /** When the server last listed them. */
  asOf = $state<string | null>(null);
  readonly loading = new Loading();
  failure = $state.raw<BackendError | null>(null);
  /** The code that waits for its phone. */
  code = $state.raw<EnrolCode | null>(null);
  /** The phones that joined since the code was made, with the digits to compare: the one that it is for first. */
  joined = $state.raw<Team[]>([]);
  status = $state<"idle" | "working">("idle");

  #backend: Backend;
  /** How the devices had joined that were listed when the code was made. */
  #known = new Set<string>();
  /** Counts the sheets: what was asked for in an earlier one is nobody's any more. */
  #sheet = 0;
  /** Ends when the questions so far are answered. */
  #answered: Promise<unknown> = Promise.resolve();
  #endedAt = -Infinity;
  /** The next question that the page asks by itself: its timer, until it is answered. */
  #planned: ReturnType<typeof setTimeout> | null = null;
  /** Something has changed since the last question. */
  #again = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    void this.read();
    const stop = this.#backend.on("status_changed", () => this.#readSoon());
    const timer = setInterval(() => {
      if (this.isAwaited) this.#readSoon();
    }, WAIT_MS);
    return () => {
      clearInterval(timer);
      if (this.#planned !== null) clearTimeout(this.#planned);
      this.#again = false;
      stop();
    };
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      const { teams, as_of } = await this.#ask();
      this.teams = teams;
      this.asOf = as_of;
      if (this.code) this.joined = this.#joinedBy(this.code);
    });
  }

  /** A code is shown whose phone has not joined yet. */
  get isAwaited(): boolean {
    return this.code !== null && !this.joined.some(({ name }) => name === this.code?.name);
  }

  /** Asks the post for its list, once what was asked before is answered: one question at a time. */
  #ask(): Promise<Teams> {
    const answer = this.#answered.then(() => {
      this.#again = false;
      return this.#backend.teams();
    });
    this.#answered = answer.catch(() => undefined).then(() => (this.#endedAt = Date.now()));
    return answer;
  }

  /** Reads the list a moment after the last answer; however often this is called meanwhile, once. */
  #readSoon(): void {
    this.#again = true;
    if (this.#planned !== null) return;
    // A clock that is set back must not put it off.
    const wait = Math.min(WAIT_MS, Math.max(0, this.#endedAt + WAIT_MS - Date.now()));
    this.#planned = setTimeout(() => void this.#readPlanned(), wait);
  }

  async #readPlanned(): Promise<void> {
    await this.read();
    this.#planned = null;
    if (this.#again) this.#readSoon();
  }

  /** Asks for a code, one at a time. The answer to a sheet that was closed meanwhile is dropped. */
  async enrol(role: Role, name: string): Promise<void> {
    if (this.status === "working") return;
    this.status = "working";
    this.failure = null;
    this.joined = [];
    const sheet = this.#sheet;
    try {
      // Listed now, whatever the page has shown so far: who is new is told by who was there.
      const { teams } = await this.#ask();
      this.#known = new Set(teams.map(joining));
      const code = await this.#backend.enrol_code({ role, name: name.trim() });
      if (sheet === this.#sheet) this.code = code;
    } catch (cause) {
      if (sheet === this.#sheet) this.failure = asBackendError(cause);
    } finally {
      this.status = "idle";
    }
  }

  #joinedBy({ name }: EnrolCode): Team[] {
    const joined = this.teams.filter((team) => team.digits !== null && !this.#known.has(joining(team)));
    return joined.toSorted((a, b) => Number(b.name === name) - Number(a.name === name));
  }

  endEnrol(): void {
    this.#sheet += 1;
    this.code = null;
    this.joined = [];
  }

  async revoke(deviceId: string): Promise<void> {
    this.failure = null;
    try {
      await this.#backend.team_revoke(deviceId);
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
    await this.read();
  }
}
